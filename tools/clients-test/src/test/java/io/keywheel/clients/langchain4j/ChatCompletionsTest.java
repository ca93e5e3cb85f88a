package io.keywheel.clients.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;

/// LangChain4j's OpenAI module.
final class ChatCompletionsTest extends LangChain4j {

    @Override
    ChatModel whole(String token, String model) {
        return OpenAiChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(token)
                .modelName(model)
                .maxRetries(0)
                .build();
    }

    @Override
    StreamingChatModel streaming(String token, String model) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(token)
                .modelName(model)
                .build();
    }
}
