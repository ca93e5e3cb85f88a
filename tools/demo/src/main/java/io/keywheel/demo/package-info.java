/// The gateway shown at work, on simulated providers.
@NullMarked
package io.keywheel.demo;

import org.jspecify.annotations.NullMarked;
