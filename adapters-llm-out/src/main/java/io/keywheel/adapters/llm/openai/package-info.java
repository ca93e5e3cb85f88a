/// OpenAI's protocol, which Groq, Cerebras and compatible providers share.
@NullMarked
package io.keywheel.adapters.llm.openai;

import org.jspecify.annotations.NullMarked;
