/// What Groq says otherwise than OpenAI does.
@NullMarked
package io.keywheel.adapters.llm.groq;

import org.jspecify.annotations.NullMarked;
