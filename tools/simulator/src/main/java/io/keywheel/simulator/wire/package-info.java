/// The providers' APIs: accepted requests, answers, and errors.
@NullMarked
package io.keywheel.simulator.wire;

import org.jspecify.annotations.NullMarked;
