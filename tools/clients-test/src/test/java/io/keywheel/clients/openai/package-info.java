/// OpenAI's own client for Java.
@NullMarked
package io.keywheel.clients.openai;

import org.jspecify.annotations.NullMarked;
