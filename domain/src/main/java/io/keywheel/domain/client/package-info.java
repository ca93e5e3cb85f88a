/// Who asks: named clients, what they may use, and what they use.
@NullMarked
package io.keywheel.domain.client;

import org.jspecify.annotations.NullMarked;
