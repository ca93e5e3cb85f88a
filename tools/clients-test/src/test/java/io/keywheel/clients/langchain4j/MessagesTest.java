package io.keywheel.clients.langchain4j;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;

final class MessagesTest extends LangChain4j {

    @Override
    ChatModel whole(String token, String model) {
        return AnthropicChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(token)
                .modelName(model)
                .maxTokens(1000)
                .maxRetries(0)
                .build();
    }

    @Override
    StreamingChatModel streaming(String token, String model) {
        return AnthropicStreamingChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(token)
                .modelName(model)
                .maxTokens(1000)
                .build();
    }
}
