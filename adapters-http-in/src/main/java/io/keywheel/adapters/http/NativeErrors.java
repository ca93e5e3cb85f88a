package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.AllProvidersFailedException;
import io.keywheel.application.port.in.AttemptFailedException;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.DeadlineExceededException;
import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.application.port.in.UnknownProviderException;
import io.keywheel.domain.failover.Shortage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the native door says what went wrong: the only place that knows its statuses.
final class NativeErrors implements ErrorWords {

    private static final Duration CAPACITY_RETRY = Duration.ofSeconds(1);

    private final InstantSource clock;

    NativeErrors(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ErrorAnswer of(ChatException e) {
        return switch (e) {
            case AllKeysFailedException failed ->
                new ErrorAnswer(
                        503,
                        "all_keys_failed",
                        messageOf(e),
                        FailureDetails.byKey(
                                failed.attempts(), failed.exhaustion().shortage()),
                        untilReady(failed.exhaustion().shortage()));
            case AllProvidersFailedException failed ->
                new ErrorAnswer(
                        503,
                        "all_providers_failed",
                        messageOf(e),
                        FailureDetails.byProvider(
                                failed.attempts(), failed.exhaustion().shortage()),
                        untilReady(failed.exhaustion().shortage()));
            case AttemptFailedException failed -> AttemptErrors.of(failed);
            case StreamInterruptedException _ ->
                new ErrorAnswer(502, "interrupted", messageOf(e), FailureDetails.byKey(e.attempts()), null);
            case DeadlineExceededException _ ->
                new ErrorAnswer(504, "deadline_exceeded", messageOf(e), FailureDetails.byKey(e.attempts()), null);
            case ChatCancelledException _ -> of(new RefusedException(Fault.CANCELLED, messageOf(e)));
            case UnknownModelException unknown -> unknownModel(unknown);
            case UnknownProviderException unknown -> unknownProvider(unknown);
        };
    }

    static ErrorAnswer of(BadSettingsException e) {
        var details = Json.object();
        e.problems().forEach(details.putArray("problems")::add);
        return new ErrorAnswer(
                422, "bad_settings", "the settings cannot be used, and nothing has changed", details, null);
    }

    @Override
    public ErrorAnswer of(RefusedException e) {
        var details = Json.object();
        e.details().forEach(details::put);
        Duration retryAfter = e.fault() == Fault.UNAVAILABLE ? CAPACITY_RETRY : null;
        return new ErrorAnswer(statusOf(e.fault()), e.fault().label(), e.sentence(), details, retryAfter);
    }

    @Override
    public ObjectNode body(ErrorAnswer answer, String requestId) {
        return answer.body().put("request_id", requestId);
    }

    private static int statusOf(Fault fault) {
        return switch (fault) {
            case INVALID_REQUEST -> 400;
            case UNAUTHORIZED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case REQUEST_TIMEOUT -> 408;
            case BODY_TOO_LARGE -> 413;
            case UNSUPPORTED_MEDIA_TYPE -> 415;
            case UPGRADE_REQUIRED -> 426;
            case CANCELLED -> 499;
            case INTERNAL -> 500;
            case UNAVAILABLE -> 503;
        };
    }

    private static ErrorAnswer unknownModel(UnknownModelException e) {
        var details = Json.object().put("field", "model");
        e.nearMatches().forEach(details.putArray("near_matches")::add);
        String message = suggestionFor(e) + " A request without a model gets a provider's default model.";
        return new ErrorAnswer(404, "model_not_found", message, details, null);
    }

    /// What is wrong, with the models that look like the unknown one.
    static String suggestionFor(UnknownModelException e) {
        String end = e.nearMatches().isEmpty() ? "." : "; did you mean " + oneOf(e.nearMatches()) + "?";
        return messageOf(e) + end;
    }

    private static ErrorAnswer unknownProvider(UnknownProviderException e) {
        var details = Json.object().put("field", "provider");
        e.known().forEach(details.putArray("providers")::add);
        return new ErrorAnswer(
                400,
                Fault.INVALID_REQUEST.label(),
                messageOf(e) + "; provider must be one of " + String.join(", ", e.known()),
                details,
                null);
    }

    private static String oneOf(List<String> names) {
        return "'" + String.join("', '", names.subList(0, names.size() - 1))
                + (names.size() == 1 ? "" : "' or '")
                + names.getLast() + "'";
    }

    /// Null where nobody is there to wait for.
    private @Nullable Duration untilReady(Shortage shortage) {
        return shortage.readyAt().equals(Instant.MAX) ? null : Duration.between(clock.instant(), shortage.readyAt());
    }

    private static String messageOf(ChatException e) {
        return String.valueOf(e.getMessage());
    }
}
