package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.AttemptErrors;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.AttemptFailedException;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What went wrong, as OpenAI says it: its libraries choose the exception they throw by the status,
/// and show the message.
///
/// It follows the native door wherever OpenAI has no habit of its own. The details of an answer of this door
/// are `type`, `param` and `code`.
public final class OpenAiErrors implements ErrorFormat {

    private static final int RATE_LIMITED = 429;

    private final StandardErrors own;

    public OpenAiErrors(StandardErrors own) {
        this.own = own;
    }

    @Override
    public ErrorResponse of(ChatException e) {
        ErrorResponse told = own.of(e);
        return switch (e) {
            case AllKeysFailedException failed ->
                exhausted(told, failed, failed.exhaustion().isByRateLimit());
            case AllProvidersFailedException failed ->
                exhausted(told, failed, failed.exhaustion().isByRateLimit());
            case AttemptFailedException failed -> attempt(told, failed.last().failure());
            case UnknownModelException unknown -> unknownModel(told, unknown);
            case UnknownProviderException _,
                    StreamInterruptedException _,
                    DeadlineExceededException _,
                    ChatCancelledException _ -> of(told);
        };
    }

    private static ErrorResponse unknownModel(ErrorResponse told, UnknownModelException e) {
        String message = StandardErrors.suggestionFor(e) + " The model 'auto' is a provider's default model.";
        return with(told, told.status(), message, "model", told.code(), null);
    }

    @Override
    public ErrorResponse of(RefusedException e) {
        return of(own.of(e));
    }

    /// The native door's answer in OpenAI's words.
    public static ErrorResponse of(ErrorResponse told) {
        String param = told.details().path("field").textValue();
        return switch (told.status()) {
            case 400 -> same(told, param, null);
            case 401 -> same(told, param, "invalid_api_key");
            default -> same(told, param, told.code());
        };
    }

    private static ErrorResponse exhausted(ErrorResponse told, ChatException e, boolean byRateLimit) {
        String trail = e.attempts().isEmpty() ? "" : " (" + AttemptTrail.of(e.attempts()) + ")";
        Long seconds = told.retryAfterSeconds();
        String hint = seconds == null ? "" : "; the first key is ready in " + seconds + " s";
        String message = told.message() + trail + hint;
        return byRateLimit
                ? limited(told, message, told.retryAfter())
                : with(told, told.status(), message, null, told.code(), null);
    }

    private static ErrorResponse attempt(ErrorResponse told, Failure failure) {
        UpstreamError upstreamError = AttemptErrors.refusal(failure);
        if (upstreamError != null) {
            int status = upstreamError.status() >= 400 && upstreamError.status() < 500
                    ? upstreamError.status()
                    : told.status();
            return with(
                    told,
                    status,
                    upstreamError.message(),
                    upstreamError.param(),
                    upstreamError.code(),
                    upstreamError.type());
        }
        return failure instanceof Failure.RateLimited
                ? limited(told, told.message(), told.retryAfter())
                : same(told, null, told.code());
    }

    private static ErrorResponse limited(ErrorResponse told, String message, @Nullable Duration retryAfter) {
        ObjectNode details = details("rate_limit_error", null, "rate_limit_exceeded");
        return new ErrorResponse(RATE_LIMITED, told.code(), message, details, retryAfter);
    }

    private static ErrorResponse same(ErrorResponse told, @Nullable String param, @Nullable String code) {
        return with(told, told.status(), told.message(), param, code, null);
    }

    private static ErrorResponse with(
            ErrorResponse told,
            int status,
            String message,
            @Nullable String param,
            @Nullable String code,
            @Nullable String type) {
        ObjectNode details = details(type == null ? typeOf(status) : type, param, code);
        return new ErrorResponse(status, told.code(), message, details, told.retryAfter());
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
    public ObjectNode body(ErrorResponse answer, String requestId) {
        return body(answer);
    }

    public static ObjectNode body(ErrorResponse answer) {
        ObjectNode error = JsonWriter.object().put("message", answer.message());
        error.setAll(answer.details());
        ObjectNode body = JsonWriter.object();
        body.set("error", error);
        return body;
    }
}
