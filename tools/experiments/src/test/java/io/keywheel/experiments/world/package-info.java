@NullMarked
package io.keywheel.experiments.world;

import org.jspecify.annotations.NullMarked;
