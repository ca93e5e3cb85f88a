package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class AnswerTest {

    private static Answer read(Form form, int status, String body) {
        return Answer.of(form, new Answer.Response(status, "groq/m", true, body, null));
    }

    @Test
    void native_stream_is_joined_and_takes_its_end_from_the_last_event() {
        Answer answer = read(Form.STREAM, 200, """
                data: {"content":"Hel","done":false}

                data: {"content":"lo","done":false}

                data: {"content":"","done":true,"provider":"groq","model":"m","finish_reason":"stop"}
                """);

        assertEquals("Hello groq/m stop", answer.content() + " " + answer.source() + " " + answer.finish());
        assertNull(answer.error());
    }

    @Test
    void native_error_is_read_from_bodies_and_stream_events() {
        String error = "{\"error\":\"broke off\",\"code\":\"interrupted\",\"done\":true}";

        assertEquals("interrupted", read(Form.STREAM, 502, error).error());
        assertEquals("interrupted", read(Form.STREAM, 200, "data: " + error).error());
        assertEquals("interrupted", read(Form.WHOLE, 502, error).error());
    }

    @Test
    void body_contradicting_the_provider_header_has_no_source() {
        String body = "{\"content\":\"x\",\"provider\":\"other\",\"model\":\"m\",\"finish_reason\":\"stop\"}";

        assertNull(read(Form.WHOLE, 200, body).source());
    }

    @Test
    void openai_stream_without_done_has_no_finish_reason() {
        String chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n";

        assertNull(read(Form.OPENAI_STREAM, 200, chunk).finish());
        assertEquals(
                "stop",
                read(Form.OPENAI_STREAM, 200, chunk + "\ndata: [DONE]\n").finish());
    }

    @Test
    void openai_400_without_code_is_a_provider_rejection_only_after_an_attempt() {
        String error = "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":null}}";

        assertEquals("rejected", read(Form.OPENAI, 400, error).error());
        assertEquals(
                "an error without a code",
                Answer.of(Form.OPENAI, new Answer.Response(400, null, false, error, null))
                        .error());
    }
}
