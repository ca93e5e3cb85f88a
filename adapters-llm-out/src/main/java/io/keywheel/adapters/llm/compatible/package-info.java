/// Every provider that speaks OpenAI's chat completions and has no adapter of its own.
@NullMarked
package io.keywheel.adapters.llm.compatible;

import org.jspecify.annotations.NullMarked;
