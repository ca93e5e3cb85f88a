/// What Cerebras says otherwise than OpenAI does.
@NullMarked
package io.keywheel.adapters.llm.cerebras;

import org.jspecify.annotations.NullMarked;
