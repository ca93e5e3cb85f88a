/// Which instances outlive their request, and which do not.
@NullMarked
package io.keywheel.adapters.llm.cache;

import org.jspecify.annotations.NullMarked;
