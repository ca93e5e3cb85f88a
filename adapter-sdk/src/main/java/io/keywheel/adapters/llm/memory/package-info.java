/// Bounds the memory for providers' answers.
@NullMarked
package io.keywheel.adapters.llm.memory;

import org.jspecify.annotations.NullMarked;
