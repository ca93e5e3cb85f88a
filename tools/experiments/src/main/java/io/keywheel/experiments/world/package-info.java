/// Providers with keys and limits, in a time of their own.
@NullMarked
package io.keywheel.experiments.world;

import org.jspecify.annotations.NullMarked;
