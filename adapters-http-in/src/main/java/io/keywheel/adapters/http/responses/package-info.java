/// OpenAI's Responses API, without state.
@NullMarked
package io.keywheel.adapters.http.responses;

import org.jspecify.annotations.NullMarked;
