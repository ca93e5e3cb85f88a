/// Measurements of the key pool and of a whole gateway, for `./keywheel bench`.
@NullMarked
package io.keywheel.benchmarks;

import org.jspecify.annotations.NullMarked;
