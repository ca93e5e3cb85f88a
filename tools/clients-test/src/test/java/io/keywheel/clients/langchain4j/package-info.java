/// LangChain4j's models of OpenAI's wire.
@NullMarked
package io.keywheel.clients.langchain4j;

import org.jspecify.annotations.NullMarked;
