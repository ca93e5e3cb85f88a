/// Caches the instance of each key's default model.
@NullMarked
package io.keywheel.adapters.llm.cache;

import org.jspecify.annotations.NullMarked;
