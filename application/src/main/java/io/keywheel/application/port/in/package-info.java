/// What the application offers: to chat, to say how it is, to list models.
@NullMarked
package io.keywheel.application.port.in;

import org.jspecify.annotations.NullMarked;
