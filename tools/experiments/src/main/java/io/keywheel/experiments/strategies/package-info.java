/// Ways to select keys: that of the gateway, and those that it is compared with.
@NullMarked
package io.keywheel.experiments.strategies;

import org.jspecify.annotations.NullMarked;
