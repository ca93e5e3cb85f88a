package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.chunks;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.COMPATIBLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChoicesTest extends SimulatorFixture {

    private JsonNode whole(Provider provider, String more) {
        return json(client.chat(provider, "csk-one", ask(CEREBRAS_MODEL, "hello", more))
                .body());
    }

    private List<JsonNode> streamed(Provider provider, String more) {
        return chunks(client.chat(provider, "csk-one", ask(CEREBRAS_MODEL, "hello", more + ",\"stream\":true"))
                .body());
    }

    private static String text(List<JsonNode> chunks, int index) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0"))
                .filter(choice -> choice.path("index").asInt() == index)
                .map(choice -> choice.at("/delta/content").asText(""))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @EnumSource(names = {"CEREBRAS", "COMPATIBLE"})
    void answer_has_n_different_choices(Provider provider) {
        var one = whole(provider, "");
        var three = whole(provider, ",\"n\":3");
        assertEquals(3, three.path("choices").size());
        for (int i = 0; i < 3; i++) {
            assertEquals(i, three.at("/choices/" + i + "/index").asInt());
        }
        assertEquals(one.at("/choices/0/message/content"), three.at("/choices/0/message/content"));
        assertNotEquals(three.at("/choices/1/message/content"), three.at("/choices/2/message/content"));
        assertEquals(one.at("/usage/prompt_tokens"), three.at("/usage/prompt_tokens"));
        assertTrue(three.at("/usage/completion_tokens").asInt()
                > 3 * one.at("/usage/completion_tokens").asInt());
    }

    @ParameterizedTest
    @EnumSource(names = {"CEREBRAS", "COMPATIBLE"})
    void streamed_choices_alternate_and_each_has_a_finish_reason(Provider provider) {
        var whole = whole(provider, ",\"n\":2");
        var chunks = streamed(provider, ",\"n\":2");
        assertEquals(0, chunks.get(0).at("/choices/0/index").asInt());
        assertEquals(1, chunks.get(1).at("/choices/0/index").asInt());
        for (int i = 0; i < 2; i++) {
            assertEquals(whole.at("/choices/" + i + "/message/content").asText(), text(chunks, i));
        }
        assertEquals(
                2,
                chunks.stream()
                        .filter(chunk -> chunk.at("/choices/0/finish_reason").isTextual())
                        .count());
    }

    @ParameterizedTest
    @EnumSource(names = {"CEREBRAS", "COMPATIBLE"})
    void each_choice_has_its_own_tool_call_id(Provider provider) {
        var choices =
                whole(provider, ",\"n\":2,\"tool_choice\":\"required\"" + TOOL).path("choices");
        assertNotEquals(
                choices.at("/0/message/tool_calls/0/id"), choices.at("/1/message/tool_calls/0/id"), choices.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 129})
    void zero_or_too_many_choices_are_rejected(int n) {
        for (var provider : List.of(CEREBRAS, COMPATIBLE)) {
            assertEquals(
                    400,
                    client.chat(provider, "csk-one", ask(CEREBRAS_MODEL, "hello", ",\"n\":" + n))
                            .statusCode());
        }
    }

    @Test
    void logprobs_cover_every_token_of_every_choice() {
        for (var choice : whole(COMPATIBLE, ",\"n\":2,\"logprobs\":true").path("choices")) {
            var tokens = choice.at("/logprobs/content");
            assertEquals(choice.at("/message/content").asText(), String.join("", tokens.findValuesAsText("token")));
            assertTrue(tokens.at("/0/logprob").isNumber());
            assertTrue(tokens.at("/0/top_logprobs").isEmpty());
        }
        assertFalse(whole(COMPATIBLE, "").at("/choices/0").has("logprobs"));
    }

    @Test
    void streamed_logprobs_are_in_the_chunk_of_their_token() {
        var chunks = streamed(COMPATIBLE, ",\"logprobs\":true,\"top_logprobs\":2");
        for (var chunk : chunks) {
            var content = chunk.at("/choices/0/delta/content").asText("");
            assertEquals(
                    content, chunk.at("/choices/0/logprobs/content/0/token").asText(""));
        }
        assertEquals(
                1,
                chunks.get(1).at("/choices/0/logprobs/content/0/top_logprobs").size());
    }

    @Test
    void the_thinking_model_sends_reasoning_content_before_its_text() {
        var message = json(client.chat(COMPATIBLE, "", ask("thinking-model", "hello", ""))
                        .body())
                .at("/choices/0/message");
        assertFalse(message.path("reasoning_content").asText().isEmpty());
        assertFalse(message.path("content").asText().isEmpty());
        var chunks = chunks(client.chat(COMPATIBLE, "", ask("thinking-model", "hello", ",\"stream\":true"))
                .body());
        assertTrue(chunks.get(1).at("/choices/0/delta").has("reasoning_content"));
    }

    @Test
    void requested_usage_is_in_the_last_chunk_and_null_before() {
        var chunks = streamed(COMPATIBLE, ",\"stream_options\":{\"include_usage\":true}");
        assertTrue(chunks.subList(0, chunks.size() - 1).stream()
                .allMatch(chunk -> chunk.path("usage").isNull()));
        assertTrue(chunks.getLast().path("choices").isEmpty());
        assertTrue(chunks.getLast().at("/usage/total_tokens").asInt() > 0);
        assertTrue(streamed(COMPATIBLE, "").stream().noneMatch(chunk -> chunk.has("usage")));
    }

    @Test
    void cerebras_echoes_the_service_tier() {
        assertEquals(
                "flex",
                whole(CEREBRAS, ",\"service_tier\":\"flex\"")
                        .path("service_tier")
                        .asText());
        assertTrue(streamed(CEREBRAS, ",\"service_tier\":\"priority\"").stream()
                .allMatch(chunk -> chunk.path("service_tier").asText().equals("priority")));
        assertFalse(whole(CEREBRAS, "").has("service_tier"));
    }
}
