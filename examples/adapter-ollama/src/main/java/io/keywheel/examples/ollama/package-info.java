/// Ollama, asked by `/api/chat`.
@NullMarked
package io.keywheel.examples.ollama;

import org.jspecify.annotations.NullMarked;
