/// A stand-in for the LLM providers.
@NullMarked
package io.keywheel.simulator;

import org.jspecify.annotations.NullMarked;
