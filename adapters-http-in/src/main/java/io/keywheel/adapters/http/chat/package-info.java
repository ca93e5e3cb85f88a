/// The native API: JSON and server-sent events.
@NullMarked
package io.keywheel.adapters.http.chat;

import org.jspecify.annotations.NullMarked;
