/// OpenAI's chat completions.
@NullMarked
package io.keywheel.adapters.http.openai;

import org.jspecify.annotations.NullMarked;
