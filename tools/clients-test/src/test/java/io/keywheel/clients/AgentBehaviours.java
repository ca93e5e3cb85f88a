package io.keywheel.clients;

import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Behaviours that agents need from each API. Each subclass tests one SDK, with one world for all its tests.
@TestInstance(Lifecycle.PER_CLASS)
public abstract class AgentBehaviours {

    /// Whether the answer is whole or streamed.
    public enum Form {
        WHOLE,
        STREAM
    }

    /// The cause of an error.
    public enum Failure {
        WRONG_TOKEN,
        UNKNOWN_MODEL,
        TOO_LARGE,
        REJECTED,
        LIMITED,
        DOWN
    }

    /// @param calls inputs by tool
    /// @param next the answer to the results of the calls, in their order
    public record Answer(String text, Map<String, JsonNode> calls, Function<List<String>, Answer> next) {}

    protected static final JsonMapper JSON = new JsonMapper();

    /// The first one reasons. The tests of the JavaScript SDKs ask each provider.
    private static final List<String> MODELS = List.of(GROQ_MODEL, LOCAL_MODEL);

    private static final String ANSWER = "You asked \"hello\" (message 1 of this conversation).";
    private static final String CALLING = "call:weather {\"city\":\"Rome\",\"days\":3}\ncall:clock {}";
    private static final String REJECTION = "{\"error\": {\"message\": \"No such tone.\", "
            + "\"type\": \"invalid_request_error\", \"param\": \"tone\", \"code\": \"no_such_tone\"}}";

    @AutoClose
    protected final World world = new World();

    /// The text chunks of all streams of a test.
    protected final List<String> received = new CopyOnWriteArrayList<>();

    @AfterEach
    void forget() {
        world.simulator().clearFaults();
        received.clear();
    }

    /// Asks with the tools `weather` and `clock`.
    protected abstract Answer ask(Form form, String token, String model, String text);

    protected abstract Class<? extends RuntimeException> exception(Failure failure);

    /// The `Retry-After` of an error, if the SDK shows it.
    protected abstract OptionalInt retryAfter(RuntimeException error);

    private Answer ask(Form form, String model, String text) {
        return ask(form, World.TOKEN, model, text);
    }

    /// JSON that a client or the gateway has written.
    protected static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void models_with_and_without_reasoning_answer(Form form) {
        for (var model : MODELS) {
            received.clear();
            var answer = ask(form, model, "hello");
            assertTrue(answer.text().endsWith(ANSWER), answer.text());
            assertEquals(form == Form.STREAM ? answer.text() : "", String.join("", received));
        }
    }

    @ParameterizedTest
    @EnumSource
    void parallel_tool_calls_and_their_results_round_trip(Form form) {
        for (var model : MODELS) {
            var first = ask(form, model, CALLING);
            assertEquals(Map.of("weather", json("{\"city\":\"Rome\",\"days\":3}"), "clock", json("{}")), first.calls());
            var second = first.next().apply(List.of("sunny", "noon"));
            assertTrue(second.text().contains("The tool said \"noon\" (message 4"), second.text());
            var sent = json(world.chats().getLast().text()).path("messages");
            assertEquals("sunny", sent.get(sent.size() - 2).path("content").asText());
        }
    }

    /// An empty reply cools nothing down, so the other tests still find both keys ready.
    @ParameterizedTest
    @EnumSource
    void next_key_answers_after_an_empty_reply(Form form) {
        world.simulator().on(COMPATIBLE).next(Fault.named("empty-text"));
        int before = world.chats().size();

        assertTrue(ask(form, LOCAL_MODEL, "hello").text().endsWith(ANSWER));
        assertEquals(before + 2, world.chats().size());
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, textBlock = """
                    failure, upstream
                    WRONG_TOKEN, 0
                    UNKNOWN_MODEL, 0
                    TOO_LARGE, 0
                    REJECTED, 1
                    LIMITED, 2
                    DOWN, 2
                    """)
    void each_failure_has_its_own_exception(Failure failure, int upstream) {
        switch (failure) {
            case REJECTED -> world.simulator().on(COMPATIBLE).always(new Fault.Replied(400, REJECTION));
            case LIMITED -> world.simulator().on(GROQ).always(new Fault.RateLimited(Duration.ofMinutes(5)));
            case DOWN -> world.simulator().on(CEREBRAS).always(KnownError.INTERNAL_ERROR);
            case WRONG_TOKEN, UNKNOWN_MODEL, TOO_LARGE -> {}
        }
        var token = failure == Failure.WRONG_TOKEN ? "not-a-clients-token" : World.TOKEN;
        var text = failure == Failure.TOO_LARGE ? "a".repeat(600_000) : "hello";
        // No other test uses the model or the provider that cools down here.
        var model = switch (failure) {
            case UNKNOWN_MODEL -> "gpt-oss-120c";
            case LIMITED -> "openai/gpt-oss-120b";
            case DOWN -> "cerebras/gpt-oss-120b";
            case WRONG_TOKEN, TOO_LARGE, REJECTED -> LOCAL_MODEL;
        };
        int before = world.chats().size();

        for (var form : Form.values()) {
            var error = assertThrows(exception(failure), () -> ask(form, token, model, text));
            assertTrue(failure != Failure.REJECTED
                    || String.valueOf(error.getMessage()).contains("No such tone."));
            if (failure == Failure.LIMITED) {
                int wait = retryAfter(error).orElse(300);
                assertTrue(wait >= 200 && wait <= 301, "Retry-After: " + wait);
            }
            // At the second request, the keys are cooling.
            if (form == Form.WHOLE) {
                assertEquals(before + upstream, world.chats().size());
            }
        }
    }

    @Test
    void stream_failing_after_content_throws_after_the_received_text() {
        world.simulator().on(COMPATIBLE).next(Fault.named("cut:after-tokens:3"));
        int before = world.chats().size();
        assertThrows(RuntimeException.class, () -> ask(Form.STREAM, LOCAL_MODEL, "hello"));
        assertFalse(received.isEmpty());
        assertFalse(String.join("", received).contains(ANSWER));
        assertEquals(before + 1, world.chats().size());
    }
}
