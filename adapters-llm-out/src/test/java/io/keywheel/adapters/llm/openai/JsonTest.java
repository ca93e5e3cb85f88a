package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "1.10", "1764196886", "-0", "5.67e-05", "1e400"})
    void numbers_keep_their_text(String number) {
        String json = "{\"a\":[" + number + "]}";
        assertEquals(json, Json.parse(json).toString());
        assertEquals(json, Json.parse(json.getBytes(StandardCharsets.UTF_8)).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "{\"a\":}", "<html>", "hello", "1e99999999999"})
    void what_is_no_json_is_missing(String text) {
        assertTrue(Json.parse(text).isMissingNode());
        assertTrue(Json.parse(text.getBytes(StandardCharsets.UTF_8)).isMissingNode());
    }

    @Test
    void bytes_that_pass_for_another_encoding_are_no_json() {
        assertTrue(
                Json.parse("\0\0\0{\"a\":1}".getBytes(StandardCharsets.UTF_8)).isMissingNode());
    }

    @Test
    void what_is_needed_to_read_and_write_is_left_to_other_threads() throws IOException {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();

        Json.parse("{}");
        Json.factory().createGenerator(new ByteArrayOutputStream()).close();

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }

    @Test
    void json_of_more_pieces_than_an_answer_has_is_taken_for_none() {
        String all = "[" + "{},".repeat(500_000) + "{}]";

        assertTrue(Json.parse(all).isMissingNode());
        assertTrue(Json.parse(all.getBytes(StandardCharsets.UTF_8)).isMissingNode());
    }

    @Test
    void a_long_answer_with_all_its_log_probabilities_is_read() {
        String one = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97]}";
        String token = "{\"token\":\"a\",\"logprob\":-0.25,\"bytes\":[97],\"top_logprobs\":[" + (one + ",").repeat(19)
                + one + "]}";

        String all = "[" + (token + ",").repeat(3_999) + token + "]";
        assertEquals(4_000, Json.parse(all.getBytes(StandardCharsets.UTF_8)).size());
    }

    @Test
    void event_of_more_parts_than_a_few_tokens_have_is_taken_for_none() {
        assertTrue(Json.parse("[" + "{},".repeat(50_000) + "{}]").isMissingNode());
        assertEquals(10_001, Json.parse("[" + "{},".repeat(10_000) + "{}]").size());
    }

    @Test
    void what_follows_the_json_is_not_looked_at() {
        assertEquals("{}", Json.parse("{} x").toString());
    }

    @Test
    void field_names_of_an_answer_are_not_kept() {
        String once = Json.parse("{\"name-of-a-field\":1}").fieldNames().next();
        String again = Json.parse("{\"name-of-a-field\":1}").fieldNames().next();

        assertEquals(once, again);
        assertNotSame(once, again);
    }
}
