/// Masks keys in a provider's texts.
@NullMarked
package io.keywheel.adapters.llm.redaction;

import org.jspecify.annotations.NullMarked;
