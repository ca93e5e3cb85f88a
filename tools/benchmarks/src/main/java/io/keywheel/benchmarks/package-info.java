/// Measurements of the hot paths and of a whole gateway, for `./keywheel bench`.
@NullMarked
package io.keywheel.benchmarks;

import org.jspecify.annotations.NullMarked;
