/// How much of providers' answers is held in memory.
@NullMarked
package io.keywheel.adapters.llm.memory;

import org.jspecify.annotations.NullMarked;
