package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingTest {

    @Test
    void a_native_stream_is_its_contents_joined_and_its_last_event() {
        Said said = NativeReading.stream(
                received(
                        200,
                        "data: {\"content\":\"Hel\",\"done\":false}",
                        "",
                        "data: {\"content\":\"lo\",\"done\":false}",
                        "",
                        "data: {\"content\":\"\",\"done\":true,\"provider\":\"groq\",\"model\":\"m\",\"finish_reason\":\"stop\"}"));

        assertEquals("Hello", said.content());
        assertEquals("groq/m", said.speaker());
        assertEquals("stop", said.finish());
        assertNull(said.error());
    }

    @Test
    void a_native_error_is_its_code_before_the_answer_and_in_it() {
        String error = "{\"error\":\"broke off\",\"code\":\"interrupted\",\"done\":true}";

        assertEquals("interrupted", NativeReading.stream(received(502, error)).error());
        assertEquals(
                "interrupted",
                NativeReading.stream(received(200, "data: " + error)).error());
        assertEquals("interrupted", NativeReading.whole(received(502, error)).error());
    }

    @Test
    void a_body_that_contradicts_the_head_is_nobody_s() {
        Said said = NativeReading.whole(
                received(200, "{\"content\":\"x\",\"provider\":\"other\",\"model\":\"m\",\"finish_reason\":\"stop\"}"));

        assertNull(said.speaker());
    }

    @Test
    void an_openai_stream_ends_with_done_and_not_before() {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

        assertNull(OpenAiReading.stream(received(200, chunk)).finish());
        assertEquals(
                "stop",
                OpenAiReading.stream(received(200, chunk, "data: [DONE]")).finish());
    }

    @Test
    void an_openai_refusal_counts_as_the_provider_s_only_where_one_was_asked() {
        String error = "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":null}}";

        assertEquals("rejected", OpenAiReading.whole(received(400, error)).error());
        assertEquals(
                "an error without a code",
                OpenAiReading.whole(new Received(400, null, null, false, List.of(error), null))
                        .error());
    }

    private static Received received(int status, String... lines) {
        return new Received(status, "groq", "m", true, List.of(lines), null);
    }
}
