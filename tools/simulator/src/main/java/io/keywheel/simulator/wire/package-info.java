/// What each provider accepts, answers and refuses, and in which words.
@NullMarked
package io.keywheel.simulator.wire;

import org.jspecify.annotations.NullMarked;
