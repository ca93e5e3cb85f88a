package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.chunks;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnswersTest extends SimulatorFixture {

    @Test
    void answer_contains_provider_model_and_question() {
        var reply = client.groq("");
        assertEquals(200, reply.statusCode());
        assertEquals(
                "groq/openai/gpt-oss-20b says: You asked \"hello\" (message 1 of this conversation).",
                json(reply.body()).at("/choices/0/message/content").asText());
    }

    @Test
    void usage_sums_prompt_and_completion_tokens() {
        var usage = json(client.cerebras("").body()).path("usage");
        assertEquals(
                usage.path("total_tokens").asInt(),
                usage.path("prompt_tokens").asInt()
                        + usage.path("completion_tokens").asInt());
        assertTrue(usage.at("/completion_tokens_details/reasoning_tokens").asInt() > 0);
    }

    @Test
    void a_groq_stream_begins_with_role_and_empty_content_and_ends_with_usage_in_both_places() {
        var stream = client.groq(STREAM);
        assertEquals(
                "text/event-stream", stream.headers().firstValue("content-type").orElseThrow());
        var chunks = chunks(stream.body());
        assertEquals(
                json("{\"role\":\"assistant\",\"content\":\"\"}"),
                chunks.getFirst().at("/choices/0/delta"));
        assertTrue(chunks.getFirst().at("/choices/0/finish_reason").isNull());
        assertEquals("analysis", chunks.get(1).at("/choices/0/delta/channel").asText());
        assertEquals("stop", chunks.getLast().at("/choices/0/finish_reason").asText());
        assertEquals(chunks.getLast().path("usage"), chunks.getLast().at("/x_groq/usage"));
        assertEquals(
                "groq/openai/gpt-oss-20b says: You asked \"hello\" (message 1 of this conversation).",
                joined(chunks, "content"));
    }

    @Test
    void groq_adds_a_chunk_without_choices_when_usage_is_asked_for() {
        var more = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        var last = chunks(client.groq(more).body()).getLast();
        assertTrue(last.path("choices").isArray());
        assertTrue(last.path("choices").isEmpty());
        assertTrue(last.at("/usage/total_tokens").asInt() > 0);
    }

    @Test
    void a_cerebras_stream_has_no_content_key_at_first_and_no_finish_key_until_the_end() {
        var stream = client.cerebras(STREAM);
        var chunks = chunks(stream.body());
        assertEquals(json("{\"role\":\"assistant\"}"), chunks.getFirst().at("/choices/0/delta"));
        assertTrue(chunks.subList(0, chunks.size() - 1).stream()
                .noneMatch(chunk -> chunk.path("choices").path(0).has("finish_reason")));
        assertEquals("stop", chunks.getLast().at("/choices/0/finish_reason").asText());
        assertTrue(chunks.getLast().has("usage"));
        assertTrue(chunks.getLast().has("time_info"));
        assertFalse(joined(chunks, "reasoning").isEmpty());
    }

    @Test
    void groq_calls_a_tool_in_one_delta() {
        var more = TOOL + ",\"stream\":true";
        var chunks = chunks(client.chat(GROQ, "gsk_one", ask(GROQ_MODEL, "call:weather {\"city\":\"Rome\"}", more))
                .body());
        var calls = calls(chunks);
        assertEquals(1, calls.size());
        assertEquals(
                "{\"city\":\"Rome\"}",
                calls.getFirst().at("/function/arguments").asText());
        assertEquals(
                "tool_calls", chunks.getLast().at("/choices/0/finish_reason").asText());
    }

    @Test
    void cerebras_calls_a_tool_in_fragments() {
        var more = TOOL + ",\"stream\":true";
        var calls = calls(
                chunks(client.chat(CEREBRAS, "csk-one", ask(CEREBRAS_MODEL, "call:weather {\"city\":\"Rome\"}", more))
                        .body()));
        assertTrue(calls.size() > 2);
        assertTrue(calls.getFirst().has("id"));
        assertFalse(calls.getLast().has("id"));
        assertEquals(
                "{\"city\":\"Rome\"}",
                calls.stream()
                        .map(call -> call.at("/function/arguments").asText())
                        .collect(Collectors.joining()));
    }

    @ParameterizedTest
    @CsvSource({"'', 2", "',\"parallel_tool_calls\":false', 1"})
    void several_call_lines_are_parallel_tool_calls_unless_disabled(String wish, int expected) {
        var lines = "call:weather {}\\ncall:weather {\\\"city\\\":\\\"Rome\\\"}";
        var reply = client.chat(
                GROQ, "gsk_one", ask(GROQ_MODEL, "hello", TOOL + wish).replace("hello", lines));
        var calls = json(reply.body()).at("/choices/0/message/tool_calls");
        assertEquals(expected, calls.findValuesAsText("id").stream().distinct().count());
    }

    @Test
    void answer_truncated_by_max_tokens_ends_with_length() {
        var reply = json(client.groq(",\"max_completion_tokens\":12").body());
        assertEquals("length", reply.at("/choices/0/finish_reason").asText());
        assertEquals(12, reply.at("/usage/completion_tokens").asInt());
    }

    @Test
    void compatible_server_accepts_any_key_if_none_is_declared() {
        var reply = client.chat(COMPATIBLE, "", ask("any/model", "hello", ",\"verbosity\":\"low\""));
        assertEquals(200, reply.statusCode());
        assertTrue(reply.body().contains("compatible/any/model says"));
    }

    @Test
    void the_same_seed_and_order_give_the_same_answers() {
        var first = client.groq("");
        try (var twin = Simulator.start(Scenario.withSeed(7).key(GROQ, "gsk_one", "org-a"));
                var other = new Client(twin)) {
            var second = other.chat(GROQ, "gsk_one", ask(GROQ_MODEL, "hello", ""));
            assertEquals(json(first.body()).path("id"), json(second.body()).path("id"));
        }
    }

    private static String joined(List<JsonNode> chunks, String what) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/" + what).asText(""))
                .collect(Collectors.joining());
    }

    private static List<JsonNode> calls(List<JsonNode> chunks) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/tool_calls/0"))
                .filter(call -> !call.isMissingNode())
                .toList();
    }
}
