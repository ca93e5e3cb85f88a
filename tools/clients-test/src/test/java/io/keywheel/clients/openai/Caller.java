package io.keywheel.clients.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.keywheel.clients.World;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A world, and openai-java as somebody who calls its gateway.
final class Caller implements AutoCloseable {

    static final FunctionDefinition WEATHER = FunctionDefinition.builder()
            .name("weather")
            .description("Tells the weather of a city")
            .parameters(FunctionParameters.builder()
                    .putAdditionalProperty("type", JsonValue.from("object"))
                    .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                    .build())
            .build();

    final World world = new World();
    private final List<OpenAIClient> clients = new ArrayList<>();
    final OpenAIClient client = client(World.TOKEN, 0);

    /// One more client, which is closed with this.
    OpenAIClient client(String token, int retries) {
        var made = OpenAIOkHttpClient.builder()
                .baseUrl(world.baseUrl())
                .apiKey(token)
                .maxRetries(retries)
                .build();
        clients.add(made);
        return made;
    }

    static ChatCompletionCreateParams.Builder question(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    ChatCompletion ask(ChatCompletionCreateParams.Builder question) {
        return client.chat().completions().create(question.build());
    }

    ChatCompletion ask(String model) {
        return ask(question(model, "hello"));
    }

    /// The answer as it came over the wire.
    String raw(ChatCompletionCreateParams.Builder question) {
        try (var response = client.chat().completions().withRawResponse().create(question.build())) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    List<ChatCompletionChunk> stream(ChatCompletionCreateParams.Builder question) {
        try (var response = client.chat().completions().createStreaming(question.build())) {
            return response.stream().toList();
        }
    }

    static String text(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElse("");
    }

    static String text(List<ChatCompletionChunk> chunks) {
        var text = new StringBuilder();
        for (var chunk : chunks) {
            chunk.choices()
                    .forEach(choice -> text.append(choice.delta().content().orElse("")));
        }
        return text.toString();
    }

    @Override
    public void close() {
        clients.forEach(OpenAIClient::close);
        world.close();
    }
}
