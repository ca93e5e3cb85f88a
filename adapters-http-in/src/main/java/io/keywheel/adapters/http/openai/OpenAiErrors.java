package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.json.JsonReader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Errors in OpenAI's format. OpenAI's libraries choose their exception by the status, and show the message.
///
/// Where OpenAI has no convention, the errors are the native API's. The details are `type`, `param` and `code`, and
/// the further fields of a provider's error object.
public record OpenAiErrors() implements ErrorFormat {

    /// OpenAI's libraries retry after these statuses, which is useless if the request itself was refused.
    private static final Set<Integer> RETRIED = Set.of(408, 409, RATE_LIMITED);

    @Override
    public ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause) {
        Failure failure = ErrorFormat.onlyFailure(cause);
        UpstreamError upstreamError = failure == null ? null : failure.upstreamError();
        if (upstreamError != null) {
            return ofProvider(upstreamError, standard);
        }
        boolean limited = ErrorFormat.isByRateLimit(cause);
        int status = limited ? RATE_LIMITED : standard.status();
        String param = standard.details().path("field").textValue();
        String code = switch (status) {
            case 400 -> null;
            case 401 -> "invalid_api_key";
            default -> limited ? "rate_limit_exceeded" : standard.code();
        };
        return standard.with(status, ErrorFormat.messageOf(standard, cause), details(typeOf(status), param, code));
    }

    private static ErrorResponse ofProvider(UpstreamError error, ErrorResponse standard) {
        boolean passesOn = error.status() >= 400 && error.status() < 500 && !RETRIED.contains(error.status());
        int status = passesOn ? error.status() : standard.status();
        ObjectNode details = details(error.type() == null ? typeOf(status) : error.type(), error.param(), error.code());
        error.extras().fields().forEach((name, json) -> details.set(name, JsonReader.singleValue(json)));
        return standard.with(status, error.message(), details);
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
        ObjectNode body = JsonWriter.object();
        body.putObject("error").put("message", error.message()).setAll(error.details());
        return body;
    }
}
