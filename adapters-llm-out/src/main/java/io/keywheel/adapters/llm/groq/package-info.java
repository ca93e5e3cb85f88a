/// Groq.
@NullMarked
package io.keywheel.adapters.llm.groq;

import org.jspecify.annotations.NullMarked;
