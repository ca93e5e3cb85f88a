package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import org.jspecify.annotations.Nullable;

/// What went wrong, as OpenAI says it: its libraries choose the exception they throw by the status,
/// and show the message.
///
/// It follows the native API wherever OpenAI has no convention of its own. The details of an answer of this API
/// are `type`, `param` and `code`.
public record OpenAiErrors() implements ErrorFormat {

    private static final int RATE_LIMITED = 429;

    @Override
    public ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause) {
        return switch (cause) {
            case AllFailedException failed ->
                exhausted(standard, failed, failed.exhaustion().isByRateLimit());
            case AttemptFailedException failed ->
                attempt(standard, failed.last().failure());
            case null, default -> same(standard);
        };
    }

    private static ErrorResponse exhausted(ErrorResponse standard, ChatException e, boolean byRateLimit) {
        String message = AttemptTrail.messageOf(standard, e);
        return byRateLimit
                ? limited(standard, message)
                : with(standard, standard.status(), message, details(null, standard.status(), null, standard.code()));
    }

    private static ErrorResponse attempt(ErrorResponse standard, Failure failure) {
        UpstreamError said = failure.refusal();
        if (said != null) {
            int status = said.status() >= 400 && said.status() < 500 ? said.status() : standard.status();
            return with(standard, status, said.message(), details(said.type(), status, said.param(), said.code()));
        }
        return failure instanceof Failure.RateLimited ? limited(standard, standard.message()) : same(standard);
    }

    private static ErrorResponse limited(ErrorResponse standard, String message) {
        return with(standard, RATE_LIMITED, message, details(null, RATE_LIMITED, null, "rate_limit_exceeded"));
    }

    private static ErrorResponse same(ErrorResponse standard) {
        String param = standard.details().path("field").textValue();
        String code = switch (standard.status()) {
            case 400 -> null;
            case 401 -> "invalid_api_key";
            default -> standard.code();
        };
        return with(standard, standard.status(), standard.message(), details(null, standard.status(), param, code));
    }

    private static ErrorResponse with(ErrorResponse standard, int status, String message, ObjectNode details) {
        return new ErrorResponse(status, standard.code(), message, details, standard.retryAfter());
    }

    private static ObjectNode details(
            @Nullable String type, int status, @Nullable String param, @Nullable String code) {
        return JsonWriter.object()
                .put("type", type == null ? typeOf(status) : type)
                .put("param", param)
                .put("code", code);
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
