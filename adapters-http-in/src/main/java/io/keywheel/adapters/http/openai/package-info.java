/// OpenAI's API: chat completions and models.
@NullMarked
package io.keywheel.adapters.http.openai;

import org.jspecify.annotations.NullMarked;
