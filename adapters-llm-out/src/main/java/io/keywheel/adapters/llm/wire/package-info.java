/// OpenAI-style chat completions: what is sent, how the answers and the refusals are read, and over what.
@NullMarked
package io.keywheel.adapters.llm.wire;

import org.jspecify.annotations.NullMarked;
