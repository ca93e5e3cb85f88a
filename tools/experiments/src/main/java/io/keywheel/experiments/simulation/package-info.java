/// Simulated requests, and providers with limits, in virtual time.
@NullMarked
package io.keywheel.experiments.simulation;

import org.jspecify.annotations.NullMarked;
