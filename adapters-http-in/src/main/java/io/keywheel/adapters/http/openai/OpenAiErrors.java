package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.DerivedErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What went wrong, as OpenAI says it: its libraries choose the exception they throw by the status,
/// and show the message.
///
/// It follows the native API wherever OpenAI has no convention of its own. The details of an answer of this API
/// are `type`, `param` and `code`.
public record OpenAiErrors(StandardErrors own) implements DerivedErrorFormat {

    private static final int RATE_LIMITED = 429;

    @Override
    public ErrorResponse of(ErrorResponse standard) {
        String param = standard.details().path("field").textValue();
        return switch (standard.status()) {
            case 400 -> same(standard, param, null);
            case 401 -> same(standard, param, "invalid_api_key");
            default -> same(standard, param, standard.code());
        };
    }

    @Override
    public ErrorResponse exhausted(ErrorResponse standard, ChatException e, boolean byRateLimit) {
        String message = AttemptTrail.messageOf(standard, e);
        return byRateLimit
                ? limited(standard, message, standard.retryAfter())
                : with(standard, standard.status(), message, null, standard.code(), null);
    }

    @Override
    public ErrorResponse attempt(ErrorResponse standard, Failure failure) {
        UpstreamError upstreamError = failure.refusal();
        if (upstreamError != null) {
            int status = upstreamError.status() >= 400 && upstreamError.status() < 500
                    ? upstreamError.status()
                    : standard.status();
            return with(
                    standard,
                    status,
                    upstreamError.message(),
                    upstreamError.param(),
                    upstreamError.code(),
                    upstreamError.type());
        }
        return failure instanceof Failure.RateLimited
                ? limited(standard, standard.message(), standard.retryAfter())
                : same(standard, null, standard.code());
    }

    private static ErrorResponse limited(ErrorResponse standard, String message, @Nullable Duration retryAfter) {
        ObjectNode details = details("rate_limit_error", null, "rate_limit_exceeded");
        return new ErrorResponse(RATE_LIMITED, standard.code(), message, details, retryAfter);
    }

    private static ErrorResponse same(ErrorResponse standard, @Nullable String param, @Nullable String code) {
        return with(standard, standard.status(), standard.message(), param, code, null);
    }

    private static ErrorResponse with(
            ErrorResponse standard,
            int status,
            String message,
            @Nullable String param,
            @Nullable String code,
            @Nullable String type) {
        ObjectNode details = details(type == null ? typeOf(status) : type, param, code);
        return new ErrorResponse(status, standard.code(), message, details, standard.retryAfter());
    }

    private static ObjectNode details(String type, @Nullable String param, @Nullable String code) {
        return JsonWriter.object().put("type", type).put("param", param).put("code", code);
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 403 -> "permission_error";
            case RATE_LIMITED -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    @Override
    public ObjectNode body(ErrorResponse error, String requestId) {
        return body(error);
    }

    static ObjectNode body(ErrorResponse error) {
        ObjectNode said = JsonWriter.object().put("message", error.message());
        said.setAll(error.details());
        ObjectNode body = JsonWriter.object();
        body.set("error", said);
        return body;
    }
}
