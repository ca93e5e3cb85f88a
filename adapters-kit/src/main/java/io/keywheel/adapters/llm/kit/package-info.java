/// Providers that answer with a JSON object a line, in whatever format.
@NullMarked
package io.keywheel.adapters.llm.kit;

import org.jspecify.annotations.NullMarked;
