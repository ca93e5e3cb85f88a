/// What an organisation has left of a model: its limits and its prompt cache.
@NullMarked
package io.keywheel.simulator.quota;

import org.jspecify.annotations.NullMarked;
