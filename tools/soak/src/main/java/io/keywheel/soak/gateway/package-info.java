/// The gateway that a soak tries, as its clients reach it.
@NullMarked
package io.keywheel.soak.gateway;

import org.jspecify.annotations.NullMarked;
