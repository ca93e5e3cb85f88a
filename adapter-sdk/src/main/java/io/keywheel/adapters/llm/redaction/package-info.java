/// Makes a provider's words fit to be shown.
@NullMarked
package io.keywheel.adapters.llm.redaction;

import org.jspecify.annotations.NullMarked;
