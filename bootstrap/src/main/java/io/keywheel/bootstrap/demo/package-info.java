/// The gateway shown at work, on simulated providers.
@NullMarked
package io.keywheel.bootstrap.demo;

import org.jspecify.annotations.NullMarked;
