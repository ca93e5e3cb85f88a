package io.keywheel.clients.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel.OpenAiChatModelBuilder;
import dev.langchain4j.model.openai.OpenAiChatResponseMetadata;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.keywheel.clients.World;

/// A world, and LangChain4j as somebody who calls its gateway.
final class Caller implements AutoCloseable {

    static final ToolSpecification WEATHER = ToolSpecification.builder()
            .name("weather")
            .description("Tells the weather of a city")
            .parameters(JsonObjectSchema.builder().addStringProperty("city").build())
            .build();

    final World world = new World();

    OpenAiChatModelBuilder model(String name) {
        return OpenAiChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(World.TOKEN)
                .modelName(name)
                .maxRetries(0);
    }

    ChatResponse ask(String model) {
        return model(model).build().chat(question());
    }

    static ChatRequest question(ChatMessage... messages) {
        var asked = messages.length == 0 ? new ChatMessage[] {UserMessage.from("hello")} : messages;
        return ChatRequest.builder().messages(asked).build();
    }

    static ChatRequest withWeather(ChatMessage... messages) {
        return ChatRequest.builder()
                .messages(messages)
                .toolSpecifications(WEATHER)
                .build();
    }

    Heard stream(String model, ChatRequest request) {
        var heard = new Heard();
        OpenAiStreamingChatModel.builder()
                .baseUrl(world.baseUrl())
                .apiKey(World.TOKEN)
                .modelName(model)
                .returnThinking(true)
                .build()
                .chat(request, heard);
        return heard;
    }

    static OpenAiChatResponseMetadata metadata(ChatResponse response) {
        return (OpenAiChatResponseMetadata) response.metadata();
    }

    @Override
    public void close() {
        world.close();
    }
}
