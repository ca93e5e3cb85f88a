package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.REQUEST;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOLLESS_REQUEST;
import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestWriterTest {

    private static final Dialect STRICT =
            Dialect.OPENAI.limitAs("max_completion_tokens").withUsageUnasked();

    private static final Sampling SEVEN_TOKENS = new Sampling(null, 7L, null, List.of(), null, null);

    @Test
    void says_no_more_than_it_was_told() {
        assertEquals("}", WrittenRequest.fields(Dialect.OPENAI, Sampling.DEFAULT, Extras.NONE));
    }

    @Test
    void writes_what_is_typed() {
        var sampling =
                new Sampling(new Decimal("0.70"), 7L, new Decimal("9e-1"), List.of("a\"", "b"), 9007199254740993L, 2);
        assertEquals(
                ",\"temperature\":0.70,\"max_tokens\":7,\"top_p\":9e-1,\"stop\":[\"a\\\"\",\"b\"],"
                        + "\"seed\":9007199254740993,\"n\":2}",
                WrittenRequest.fields(Dialect.OPENAI, sampling, Extras.NONE));
    }

    @Test
    void writes_half_a_character_as_an_escape() {
        var sampling = new Sampling(null, null, null, List.of("a\ud83d"), null, null);
        assertEquals(",\"stop\":[\"a\\ud83d\"]}", WrittenRequest.fields(Dialect.OPENAI, sampling, Extras.NONE));
    }

    @Test
    void writes_extras_as_they_were_written_and_in_their_order() {
        assertEquals(
                ",\"z\":1.50,\"a\":{ \"b\" : [1e2] }}",
                WrittenRequest.fields(Dialect.OPENAI, Sampling.DEFAULT, extras("z", "1.50", "a", "{ \"b\" : [1e2] }")));
    }

    @Test
    void says_nothing_twice() {
        var extras = extras(
                "model",
                "\"other\"",
                "messages",
                "[]",
                "tools",
                "[1]",
                "tool_choice",
                "\"auto\"",
                "stream",
                "true",
                "stream_options",
                "{}",
                "temperature",
                "1",
                "top_p",
                "1",
                "stop",
                "\"x\"",
                "seed",
                "3",
                "n",
                "2");
        assertEquals("}", WrittenRequest.fields(Dialect.OPENAI, Sampling.DEFAULT, extras));
    }

    @Test
    void says_no_null() {
        assertEquals("}", WrittenRequest.fields(Dialect.OPENAI, Sampling.DEFAULT, extras("user", "null")));
    }

    @Test
    void a_provider_with_one_name_for_the_limit_hears_that_alone() {
        var extras = extras("max_tokens", "7", "max_completion_tokens", "8");
        assertEquals(",\"max_completion_tokens\":7}", WrittenRequest.fields(STRICT, SEVEN_TOKENS, extras));
    }

    @Test
    void any_other_provider_hears_the_callers_own_names_for_the_limit() {
        assertEquals(
                ",\"max_completion_tokens\":7}",
                WrittenRequest.fields(Dialect.OPENAI, SEVEN_TOKENS, extras("max_completion_tokens", "7")));
        assertEquals(
                ",\"max_completion_tokens\":8,\"user\":\"u\",\"max_tokens\":7}",
                WrittenRequest.fields(
                        Dialect.OPENAI,
                        SEVEN_TOKENS,
                        extras("max_completion_tokens", "8", "user", "\"u\"", "max_tokens", "7")));
    }

    @Test
    void a_stream_asks_for_usage_where_it_does_not_come_unasked() {
        assertEquals(",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", streamed(Dialect.OPENAI, null));
        assertEquals(",\"stream\":true}", streamed(STRICT, null));
    }

    @Test
    void what_else_a_caller_wants_of_a_stream_is_asked_with_the_usage() {
        String asked = "{\"z\":1.0,\"include_usage\":false,\"include_obfuscation\":false}";
        assertEquals(
                ",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"z\":1.0,\"include_obfuscation\":false}}",
                streamed(Dialect.OPENAI, asked));
        assertEquals(",\"stream\":true}", streamed(STRICT, asked));
    }

    @Test
    void what_was_borrowed_to_write_is_given_back() throws IOException {
        RecyclerPool<BufferRecycler> pool = JsonRecyclerPools.sharedConcurrentDequePool();
        try (var one = JsonReader.ofAnswer(Read.bytes("1"));
                var two = JsonReader.ofAnswer(Read.bytes("2"))) {
            // More than a request borrows.
            assertNotEquals(one.json(), two.json());
        }
        int before = pool.pooledCount();

        streamed(Dialect.OPENAI, "{\"include_obfuscation\":false}");

        assertEquals(before, pool.pooledCount());
    }

    @ParameterizedTest
    @CsvSource({"null", "true", "[1]", "\"a\""})
    void options_of_a_stream_that_are_none_do_not_matter(String asked) {
        assertEquals(",\"stream\":true,\"stream_options\":{\"include_usage\":true}}", streamed(Dialect.OPENAI, asked));
    }

    @Test
    void leaves_out_what_the_provider_never_gets_to_see() {
        Dialect dialect = Dialect.OPENAI
                .without(REQUEST, "store")
                .without(ANYWHERE, "cache_control")
                .withoutValue(REQUEST, "penalty", "0", "0.0")
                .withoutValue(REQUEST, "n", "1");
        var one = new Sampling(null, null, null, List.of(), null, 1);
        var two = new Sampling(null, null, null, List.of(), null, 2);
        assertEquals(
                "}",
                WrittenRequest.fields(dialect, one, extras("store", "true", "cache_control", "{}", "penalty", "0.0")));
        assertEquals(",\"n\":2,\"penalty\":1}", WrittenRequest.fields(dialect, two, extras("penalty", "1")));
    }

    @Test
    void leaves_out_what_means_nothing_without_tools_only_without_them() {
        Dialect dialect = Dialect.OPENAI
                .withoutValue(TOOLLESS_REQUEST, "tool_choice", "\"auto\"")
                .without(TOOLLESS_REQUEST, "parallel_tool_calls");
        var extras = extras("parallel_tool_calls", "false");
        var toolless = new Conversation(List.of(Message.user("Hi")), List.of(), ToolChoice.Mode.AUTO);
        var tooled = new Conversation(
                toolless.messages(), List.of(new Tool.Function("f", null, null)), ToolChoice.Mode.AUTO);
        assertEquals(
                "}", WrittenRequest.fields(dialect, WrittenRequest.call(toolless, Sampling.DEFAULT, extras), false));
        assertEquals(
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"auto\","
                        + "\"parallel_tool_calls\":false}",
                WrittenRequest.fields(dialect, WrittenRequest.call(tooled, Sampling.DEFAULT, extras), false));
    }

    @Test
    void writes_which_tool_to_call() {
        assertEquals(",\"tool_choice\":\"none\"}", choosing(ToolChoice.Mode.NONE));
        assertEquals(",\"tool_choice\":\"required\"}", choosing(ToolChoice.Mode.REQUIRED));
        assertEquals(
                ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\\\"\"}}}",
                choosing(new ToolChoice.Function("f\"")));
        assertEquals(
                ",\"tool_choice\":{\"type\":\"allowed_tools\",\"x\":1.0}}",
                choosing(new ToolChoice.Other("{\"type\":\"allowed_tools\",\"x\":1.0}")));
    }

    private static String choosing(ToolChoice choice) {
        var conversation = new Conversation(List.of(Message.user("Hi")), List.of(), choice);
        return WrittenRequest.fields(
                Dialect.OPENAI, WrittenRequest.call(conversation, Sampling.DEFAULT, Extras.NONE), false);
    }

    private static String streamed(Dialect dialect, @Nullable String options) {
        Extras extras = options == null ? Extras.NONE : extras("stream_options", options);
        return WrittenRequest.fields(
                dialect, WrittenRequest.call(Conversation.of(Message.user("Hi")), Sampling.DEFAULT, extras), true);
    }
}
