/// Cerebras' differences from OpenAI's API.
@NullMarked
package io.keywheel.adapters.llm.cerebras;

import org.jspecify.annotations.NullMarked;
