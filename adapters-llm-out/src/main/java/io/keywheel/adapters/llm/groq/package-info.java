/// Groq's differences from OpenAI's API.
@NullMarked
package io.keywheel.adapters.llm.groq;

import org.jspecify.annotations.NullMarked;
