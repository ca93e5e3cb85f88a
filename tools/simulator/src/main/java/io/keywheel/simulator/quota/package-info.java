/// The rate limits and prompt caches of organisations, per model.
@NullMarked
package io.keywheel.simulator.quota;

import org.jspecify.annotations.NullMarked;
