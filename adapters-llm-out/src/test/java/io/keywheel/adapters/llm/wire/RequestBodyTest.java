package io.keywheel.adapters.llm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.routing.ModelId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    @Test
    void says_no_more_than_it_was_told() {
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "]}",
                written(Dialect.OPENAI, Sampling.DEFAULT, Extras.NONE, Message.user("Hi")));
    }

    @Test
    void writes_what_is_typed() {
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "],\"temperature\":0.5,\"max_tokens\":7,\"top_p\":0.9,"
                        + "\"stop\":[\"a\",\"b\"],\"seed\":9007199254740993}",
                written(
                        Dialect.OPENAI,
                        new Sampling(
                                new Decimal("0.5"), 7L, new Decimal("0.9"), List.of("a", "b"), 9007199254740993L, null),
                        Extras.NONE,
                        Message.user("Hi")));
    }

    @Test
    void writes_extras_as_they_were_written_and_in_their_order() {
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "],\"z\":1.50,\"a\":{ \"b\" : [1e2] }}",
                written(
                        Dialect.OPENAI,
                        Sampling.DEFAULT,
                        extras("z", "1.50", "a", "{ \"b\" : [1e2] }"),
                        Message.user("Hi")));
    }

    @Test
    void says_nothing_twice_and_no_null() {
        var extras = extras(
                "model",
                "\"other\"",
                "max_tokens",
                "1",
                "max_completion_tokens",
                "2",
                "stream",
                "true",
                "stream_options",
                "{}",
                "user",
                "null",
                "seed",
                "3");
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "],\"max_completion_tokens\":7}",
                written(
                        Dialect.OPENAI.maxTokensAs("max_completion_tokens"),
                        new Sampling(null, 7L, null, List.of(), null, null),
                        extras,
                        Message.user("Hi")));
    }

    @Test
    void asks_for_usage_only_where_it_does_not_come_unasked() {
        var call = call(Sampling.DEFAULT, Extras.NONE, Message.user("Hi"));
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER
                        + "],\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                text(new RequestBody(Dialect.OPENAI, new ModelId("m")).write(call, true)));
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "],\"stream\":true}",
                text(new RequestBody(Dialect.OPENAI.withUsageUnasked(), new ModelId("m")).write(call, true)));
    }

    @Test
    void leaves_out_what_the_dialect_says() {
        var dialect = Dialect.OPENAI
                .without("store")
                .withoutValue("n", "1")
                .withoutValue("n", "1.0")
                .withoutIn(Role.ASSISTANT, "reasoning_content")
                .roleAs(Role.DEVELOPER, "system");
        var thought = new Message(
                Role.ASSISTANT,
                List.of(new Part.Text("Yo")),
                List.of(),
                null,
                extras("reasoning_content", "\"Hm\"", "refusal", "null", "name", "\"Al\""));
        assertEquals(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be\"},"
                        + "{\"role\":\"assistant\",\"content\":\"Yo\",\"name\":\"Al\"}],\"logprobs\":true}",
                written(
                        dialect,
                        Sampling.DEFAULT,
                        extras("store", "true", "n", "1", "logprobs", "true"),
                        Message.of(Role.DEVELOPER, "Be"),
                        thought));
        assertEquals(
                "{\"model\":\"m\",\"messages\":[" + USER + "],\"n\":2}",
                written(dialect, Sampling.DEFAULT, extras("n", "2"), Message.user("Hi")));
    }

    @Test
    void writes_pictures_as_parts_and_words_alone_as_a_string() {
        var mixed = new Message(
                Role.USER,
                List.of(new Part.Text("What?"), new Part.Image("data:image/png;base64,AA==", "low")),
                List.of(),
                null,
                Extras.NONE);
        var words =
                new Message(Role.USER, List.of(new Part.Text("a"), new Part.Text("b")), List.of(), null, Extras.NONE);
        assertEquals(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What?\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AA==\",\"detail\":\"low\"}}]},"
                        + "{\"role\":\"user\",\"content\":\"a\\nb\"}]}",
                written(Dialect.OPENAI, Sampling.DEFAULT, Extras.NONE, mixed, words));
    }

    @Test
    void writes_tool_calls_and_their_results() {
        var asked = new Message(
                Role.ASSISTANT, List.of(), List.of(new ToolCall("c1", "f", "{ \"a\":1.0}")), null, Extras.NONE);
        var result = new Message(Role.TOOL, List.of(new Part.Text("42")), List.of(), "c1", Extras.NONE);
        assertEquals(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{ \\\"a\\\":1.0}\"}}]},"
                        + "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"c1\"}]}",
                written(Dialect.OPENAI, Sampling.DEFAULT, Extras.NONE, asked, result));
    }

    private static String written(Dialect dialect, Sampling sampling, Extras extras, Message... messages) {
        return text(new RequestBody(dialect, new ModelId("m")).write(call(sampling, extras, messages), false));
    }

    private static LlmCall call(Sampling sampling, Extras extras, Message... messages) {
        return new LlmCall(Calls.target(1), Conversation.of(messages), sampling, extras, Duration.ofSeconds(1));
    }

    private static Extras extras(String... namesAndValues) {
        var fields = new LinkedHashMap<String, String>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Extras(fields);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
