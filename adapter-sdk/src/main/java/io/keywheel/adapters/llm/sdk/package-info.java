/// What any adapter needs and no adapter should write.
@NullMarked
package io.keywheel.adapters.llm.sdk;

import org.jspecify.annotations.NullMarked;
