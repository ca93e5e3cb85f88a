package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.keywheel.domain.failover.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What went wrong, as OpenAI says it: its libraries choose the exception they throw by the status,
/// and show the message.
///
/// It follows the native door wherever OpenAI has no habit of its own. The details of an answer of this door
/// are `type`, `param` and `code`.
final class OpenAiErrors implements ErrorWords {

    private static final int RATE_LIMITED = 429;

    private final NativeErrors own;

    OpenAiErrors(NativeErrors own) {
        this.own = own;
    }

    @Override
    public ErrorAnswer of(ChatException e) {
        ErrorAnswer told = own.of(e);
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

    private static ErrorAnswer unknownModel(ErrorAnswer told, UnknownModelException e) {
        String message = NativeErrors.suggestionFor(e) + " The model 'auto' is a provider's default model.";
        return with(told, told.status(), message, "model", told.code(), null);
    }

    @Override
    public ErrorAnswer of(RefusedException e) {
        return of(own.of(e));
    }

    /// The native door's answer in OpenAI's words.
    static ErrorAnswer of(ErrorAnswer told) {
        String param = told.details().path("field").textValue();
        return switch (told.status()) {
            case 400 -> same(told, param, null);
            case 401 -> same(told, param, "invalid_api_key");
            default -> same(told, param, told.code());
        };
    }

    private static ErrorAnswer exhausted(ErrorAnswer told, ChatException e, boolean byRateLimit) {
        String trail = e.attempts().isEmpty() ? "" : " (" + Attempts.of(e.attempts()) + ")";
        Long seconds = told.retryAfterSeconds();
        String hint = seconds == null ? "" : "; the first key is ready in " + seconds + " s";
        String message = told.message() + trail + hint;
        return byRateLimit
                ? limited(told, message, told.retryAfter())
                : with(told, told.status(), message, null, told.code(), null);
    }

    private static ErrorAnswer attempt(ErrorAnswer told, Failure failure) {
        Refusal refusal = AttemptErrors.refusal(failure);
        if (refusal != null) {
            int status = refusal.status() >= 400 && refusal.status() < 500 ? refusal.status() : told.status();
            return with(told, status, refusal.message(), refusal.param(), refusal.code(), refusal.type());
        }
        return failure instanceof Failure.RateLimited
                ? limited(told, told.message(), told.retryAfter())
                : same(told, null, told.code());
    }

    private static ErrorAnswer limited(ErrorAnswer told, String message, @Nullable Duration retryAfter) {
        ObjectNode details = details("rate_limit_error", null, "rate_limit_exceeded");
        return new ErrorAnswer(RATE_LIMITED, told.code(), message, details, retryAfter);
    }

    private static ErrorAnswer same(ErrorAnswer told, @Nullable String param, @Nullable String code) {
        return with(told, told.status(), told.message(), param, code, null);
    }

    private static ErrorAnswer with(
            ErrorAnswer told,
            int status,
            String message,
            @Nullable String param,
            @Nullable String code,
            @Nullable String type) {
        ObjectNode details = details(type == null ? typeOf(status) : type, param, code);
        return new ErrorAnswer(status, told.code(), message, details, told.retryAfter());
    }

    private static ObjectNode details(String type, @Nullable String param, @Nullable String code) {
        return Json.object().put("type", type).put("param", param).put("code", code);
    }

    private static String typeOf(int status) {
        return switch (status) {
            case 403 -> "permission_error";
            case RATE_LIMITED -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    @Override
    public ObjectNode body(ErrorAnswer answer, String requestId) {
        return body(answer);
    }

    static ObjectNode body(ErrorAnswer answer) {
        ObjectNode error = Json.object().put("message", answer.message());
        error.setAll(answer.details());
        ObjectNode body = Json.object();
        body.set("error", error);
        return body;
    }
}
