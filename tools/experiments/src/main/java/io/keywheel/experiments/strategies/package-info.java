/// Strategies that select keys: the gateway's own, and others for comparison.
@NullMarked
package io.keywheel.experiments.strategies;

import org.jspecify.annotations.NullMarked;
