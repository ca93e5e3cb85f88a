/// Providers with OpenAI's chat completions API that have no specific adapter.
@NullMarked
package io.keywheel.adapters.llm.compatible;

import org.jspecify.annotations.NullMarked;
