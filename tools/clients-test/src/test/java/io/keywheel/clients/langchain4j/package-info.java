/// LangChain4j's modules for Anthropic's API and OpenAI's.
@NullMarked
package io.keywheel.clients.langchain4j;

import org.jspecify.annotations.NullMarked;
