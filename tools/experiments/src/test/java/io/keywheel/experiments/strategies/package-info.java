@NullMarked
package io.keywheel.experiments.strategies;

import org.jspecify.annotations.NullMarked;
