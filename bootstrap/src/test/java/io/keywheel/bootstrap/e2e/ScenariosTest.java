package io.keywheel.bootstrap.e2e;

import static io.keywheel.bootstrap.e2e.World.CEREBRAS_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_ONE;
import static io.keywheel.bootstrap.e2e.World.GROQ_TWO;
import static io.keywheel.bootstrap.e2e.World.header;
import static io.keywheel.bootstrap.e2e.World.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Keywheel is for, in twelve scenarios.
@Timeout(60)
class ScenariosTest {

    private static final String HELLO = "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";
    private static final String HELLO_20B =
            "{\"model\": \"openai/gpt-oss-20b\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}";

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void default_model_chat() {
        HttpResponse<String> response = world.chat(HELLO);

        JsonNode answer = json(response);
        assertEquals(200, response.statusCode());
        assertEquals(
                "groq/openai/gpt-oss-120b says: You asked \"Hello\" (message 1 of this conversation).",
                answer.path("content").asText());
        assertEquals("groq", answer.path("provider").asText());
        assertEquals("openai/gpt-oss-120b", answer.path("model").asText());
        assertEquals("stop", answer.path("finish_reason").asText());
        assertEquals(
                answer.path("tokens").path("total_tokens").asInt(),
                answer.path("tokens").path("prompt_tokens").asInt()
                        + answer.path("tokens").path("completion_tokens").asInt());
        assertEquals("groq/1", header(response, "X-Keywheel-Key"));
        assertEquals("groq/1:ok", header(response, "X-Keywheel-Attempts"));
    }

    @Test
    void default_model_streaming() {
        List<JsonNode> events = world.stream(HELLO);

        assertTrue(events.size() > 3, "comes in pieces: " + events);
        assertEquals(
                "groq/openai/gpt-oss-120b says: You asked \"Hello\" (message 1 of this conversation).", text(events));
        JsonNode last = events.getLast();
        assertTrue(last.path("done").asBoolean());
        assertEquals("groq", last.path("provider").asText());
        assertEquals("openai/gpt-oss-120b", last.path("model").asText());
        assertEquals("stop", last.path("finish_reason").asText());
        assertTrue(last.path("tokens").path("total_tokens").asInt() > 0);
        assertTrue(events.stream()
                .limit(events.size() - 1L)
                .noneMatch(event -> event.path("done").asBoolean()));
    }

    @Test
    void specific_model_chat() {
        JsonNode answer = json(world.chat(HELLO_20B));

        assertEquals("groq", answer.path("provider").asText());
        assertEquals("openai/gpt-oss-20b", answer.path("model").asText());
        assertEquals("openai/gpt-oss-20b", world.chats().getFirst().model());
    }

    @Test
    void specific_model_streaming() {
        List<JsonNode> events = world.stream(HELLO_20B);

        assertTrue(text(events).startsWith("groq/openai/gpt-oss-20b says"));
        assertEquals("openai/gpt-oss-20b", events.getLast().path("model").asText());
        assertTrue(world.chats().getFirst().stream());
    }

    @Test
    void provider_rotation() {
        List<String> keys = IntStream.range(0, 6)
                .mapToObj(_ -> header(world.chat(HELLO), "X-Keywheel-Key"))
                .toList();

        assertEquals(List.of("groq/1", "cerebras/1", "groq/2", "cerebras/2", "groq/1", "cerebras/1"), keys);
    }

    @Test
    void key_rotation_for_a_specific_model() {
        IntStream.range(0, 4).forEach(_ -> world.chat(HELLO_20B));

        assertEquals(List.of(GROQ_ONE, GROQ_TWO, GROQ_ONE, GROQ_TWO), world.keysAsked());
    }

    @Test
    void async_default() throws Exception {
        Answer answer =
                world.gateway.useCases().chats().chatAsync(command(null)).get();

        assertTrue(answer.completion().text().startsWith("groq/openai/gpt-oss-120b says"));
    }

    @Test
    void async_specific() throws Exception {
        Answer answer = world.gateway
                .useCases()
                .chats()
                .chatAsync(command("openai/gpt-oss-20b"))
                .get();

        assertTrue(answer.completion().text().startsWith("groq/openai/gpt-oss-20b says"));
        assertEquals("groq/1", answer.serving().target().key().slot().toString());
    }

    @Test
    void async_streaming_default() throws Exception {
        assertTrue(streamAsync(null).startsWith("groq/openai/gpt-oss-120b says"));
    }

    @Test
    void async_streaming_specific() throws Exception {
        assertTrue(streamAsync("openai/gpt-oss-20b").startsWith("groq/openai/gpt-oss-20b says"));
    }

    @Test
    void multi_turn() {
        JsonNode answer = json(world.chat("""
                {"system_prompt": "Be brief.", "messages": [
                    {"role": "user", "content": "My name is Ada."},
                    {"role": "assistant", "content": "Hello Ada."},
                    {"role": "user", "content": "What is my name?"}]}"""));

        assertTrue(
                answer.path("content").asText().contains("You asked \"What is my name?\" (message 4"),
                answer::toString);
        JsonNode sent = world.chats().getFirst().body().path("messages");
        assertEquals(
                List.of("system", "user", "assistant", "user"),
                sent.valueStream().map(message -> message.path("role").asText()).toList());
        assertEquals("Be brief.", sent.path(0).path("content").asText());
    }

    @Test
    void cerebras_specific_model() {
        HttpResponse<String> response = world.chat(
                "{\"model\": \"gpt-oss-120b\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}");

        assertEquals("cerebras", json(response).path("provider").asText());
        assertEquals("gpt-oss-120b", json(response).path("model").asText());
        assertEquals(List.of(CEREBRAS_ONE), world.keysAsked());
        assertFalse(world.chats().getFirst().stream());
    }

    private String streamAsync(@Nullable String model) throws ExecutionException, InterruptedException {
        var text = new StringBuilder();
        world.gateway
                .useCases()
                .chats()
                .chatStreamAsync(command(model), chunk -> text.append(chunk.text()))
                .get();
        return text.toString();
    }

    private static ChatCommand command(@Nullable String model) {
        return new ChatCommand(
                Conversation.of(Message.user("Hello")),
                Sampling.DEFAULT,
                Extras.NONE,
                new ModelSelector(null, model),
                true);
    }

    private static String text(List<JsonNode> events) {
        return events.stream().map(event -> event.path("content").asText()).collect(Collectors.joining());
    }
}
