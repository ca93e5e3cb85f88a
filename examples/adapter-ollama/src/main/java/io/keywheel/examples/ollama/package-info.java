/// An adapter for Ollama's `/api/chat`.
@NullMarked
package io.keywheel.examples.ollama;

import org.jspecify.annotations.NullMarked;
