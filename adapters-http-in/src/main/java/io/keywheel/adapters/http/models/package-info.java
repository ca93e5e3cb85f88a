/// The list of models, for clients of OpenAI and of Anthropic.
@NullMarked
package io.keywheel.adapters.http.models;

import org.jspecify.annotations.NullMarked;
