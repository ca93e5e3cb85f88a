@NullMarked
package io.keywheel.experiments.simulation;

import org.jspecify.annotations.NullMarked;
