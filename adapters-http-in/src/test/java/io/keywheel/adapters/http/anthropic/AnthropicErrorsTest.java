package io.keywheel.adapters.http.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.request.Requests;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The errors at whose words and codes Anthropic's clients do more than report them.
class AnthropicErrorsTest {

    private static final AnthropicErrors ERRORS = new AnthropicErrors();
    private static final StandardErrors STANDARD = new StandardErrors(InstantSource.fixed(Samples.NOW));

    private static ErrorResponse errorOf(Failure failure) {
        var e = new AttemptFailedException(List.of(Samples.failed(Samples.GROQ, 1, failure)));
        return ERRORS.of(STANDARD.of(e), e);
    }

    @Test
    void context_length_error_uses_anthropics_message_and_type() {
        var upstreamError = new UpstreamError(413, "no", null, null, "context_length_exceeded");
        ErrorResponse error = errorOf(new Failure.TooLarge(upstreamError));

        assertEquals(400, error.status());
        assertEquals(TestServer.json("""
                        {"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: no"},
                         "request_id": "r1"}"""), ERRORS.body(error, "r1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'messages.4.content' : value must be a string",
                "messages.0.user.content: Input should be a valid string",
                "m is not a multimodal model",
                "unknown variant `image_url`, expected `text`",
                "At most 0 image(s) may be provided in one prompt.",
                "This model does not support Images.",
            })
    void refusal_of_an_image_has_the_words_that_claude_code_knows(String refusal) {
        var upstreamError = new UpstreamError(422, refusal, null, null, null);

        for (Failure failure : List.of(new Failure.Rejected(upstreamError), new Failure.Unsupported(upstreamError))) {
            ErrorResponse error = errorOf(failure);
            assertEquals(400, error.status());
            assertEquals("could not process image: " + refusal, error.message());
        }
    }

    /// A provider's message may repeat names and paths of the client's tools.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "attempted to call tool 'generate_image' which was not in request.tools",
                "parameters for tool draw did not match schema: errors: [`/image`: expected string]",
                "Invalid schema for function 'image-resize': imageSize has no type",
            })
    void refusal_that_only_names_a_tool_for_images_stays_as_it_is(String refusal) {
        ErrorResponse error = errorOf(new Failure.Rejected(new UpstreamError(422, refusal, null, null, null)));

        assertEquals(422, error.status());
        assertEquals(refusal, error.message());
    }

    @Test
    void rate_limit_of_images_is_a_rate_limit() {
        String limit = "Limit 50 on images per minute, used 50";

        assertEquals(
                429,
                errorOf(new Failure.RateLimited(limit, null, RateLimitStatus.UNKNOWN))
                        .status());
    }

    @Test
    void continued_thread_is_not_found_so_that_libraries_send_all_messages() {
        ObjectNode body = Requests.json("{'thread':{'type':'continue','previous_message_id':'m'},'messages':[]}");
        var refused = assertThrows(RefusedException.class, () -> AnthropicRequest.read(body));
        ErrorResponse error = ERRORS.of(STANDARD.of(refused), null);

        assertEquals(404, error.status());
        assertEquals(
                TestServer.json("{\"error_code\":\"thread_not_found\"}"),
                error.details().get("details"));
    }
}
