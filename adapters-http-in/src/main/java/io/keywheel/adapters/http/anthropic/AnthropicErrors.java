package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.domain.failover.Failure;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Errors with Anthropic's statuses and types. Anthropic's libraries choose their exception by the status, and
/// retry from 500 on.
public record AnthropicErrors() implements ErrorFormat {

    private static final Optional<HeaderName> REQUEST_ID = Optional.of(HeaderNames.create("request-id"));

    /// The refusals of an image by models that read text only: those of Groq and Cerebras, of vLLM, and of others.
    /// A part of a name or a path is no image: the message may be about a tool.
    private static final Pattern NO_IMAGES = Pattern.compile(
            "content'? ?: (value must|Input should) be a|not a multimodal|image_url|(?<![\\w./'`-])images?(?![\\w-])",
            Pattern.CASE_INSENSITIVE);

    /// Anthropic's status instead of 503.
    private static final int OVERLOADED = 529;

    @Override
    public ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause) {
        Failure failure = ErrorFormat.onlyFailure(cause);
        if (failure instanceof Failure.TooLarge(var error) && "context_length_exceeded".equals(error.code())) {
            // Anthropic's status and message: with these, Claude Code compacts its conversation.
            return with(400, "prompt is too long: " + standard.message(), standard);
        }
        if ((failure instanceof Failure.Rejected || failure instanceof Failure.Unsupported)
                && NO_IMAGES.matcher(standard.message()).find()) {
            // At these words, Claude Code leaves the image out of its conversation, and continues.
            return with(400, "could not process image: " + standard.message(), standard);
        }
        int status = standard.status() == 503 ? OVERLOADED : standard.status();
        return with(
                ErrorFormat.isByRateLimit(cause) ? RATE_LIMITED : status,
                ErrorFormat.messageOf(standard, cause),
                standard);
    }

    private static ErrorResponse with(int status, String message, ErrorResponse standard) {
        ObjectNode error = JsonWriter.object().put("type", typeOf(status)).put("message", message);
        if (standard.code().equals(HttpError.THREAD_NOT_FOUND.label())) {
            // Anthropic's libraries read the code here.
            error.putObject("details").put("error_code", standard.code());
        }
        return standard.with(status, message, error);
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 408, 504 -> "timeout_error";
            case 413 -> "request_too_large";
            case RATE_LIMITED -> "rate_limit_error";
            case OVERLOADED -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    @Override
    public Optional<HeaderName> idHeader() {
        return REQUEST_ID;
    }

    @Override
    public ObjectNode body(ErrorResponse error, String requestId) {
        ObjectNode body = JsonWriter.object().put("type", "error");
        body.set("error", error.details());
        return body.put("request_id", requestId);
    }
}
