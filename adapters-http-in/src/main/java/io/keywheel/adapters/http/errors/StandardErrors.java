package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.FailurePolicy;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The errors of the native API, from which other APIs derive theirs. Only this class knows its statuses.
public record StandardErrors(InstantSource clock) implements ErrorFormat {

    public ErrorResponse of(ChatException e) {
        return switch (e) {
            case AllFailedException failed -> allFailed(failed);
            case AttemptFailedException failed -> attemptFailed(failed);
            case StreamInterruptedException _ ->
                new ErrorResponse(502, "interrupted", messageOf(e), FailureDetails.byKey(e.attempts()), null);
            case DeadlineExceededException _ ->
                new ErrorResponse(504, "deadline_exceeded", messageOf(e), FailureDetails.byKey(e.attempts()), null);
            case ChatCancelledException _ -> of(new RefusedException(HttpError.CANCELLED, "the chat was cancelled"));
            case UnknownModelException unknown -> unknownModel(unknown);
            case UnknownProviderException unknown -> unknownProvider(unknown);
            case ClientRefusedException refused -> clientRefused(refused);
        };
    }

    private ErrorResponse allFailed(AllFailedException e) {
        boolean ofOneProvider = e.exhaustion().provider() != null;
        Unavailability unavailability = e.exhaustion().unavailability();
        // Null if waiting would not help.
        Duration untilReady = unavailability.readyAt().equals(Instant.MAX)
                ? null
                : Duration.between(clock.instant(), unavailability.readyAt());
        return new ErrorResponse(
                503,
                ofOneProvider ? "all_keys_failed" : "all_providers_failed",
                messageOf(e)
                        + (e.exhaustion().outOfAttempts()
                                ? ": KEYWHEEL_MAX_ATTEMPTS allows no more"
                                : AttemptTrail.whyNotAttempted(e, unavailability)),
                FailureDetails.of(e.attempts(), unavailability, !ofOneProvider),
                untilReady);
    }

    public ErrorResponse of(RefusedException e) {
        var details = JsonWriter.object();
        if (e.field() != null) {
            details.put("field", e.field());
        }
        HttpError error = e.httpError();
        return new ErrorResponse(error.status(), error.label(), e.message(), details, e.retryAfter());
    }

    public ErrorResponse of(BadSettingsException e) {
        ObjectNode details = JsonWriter.object();
        e.problems().forEach(details.putArray("problems")::add);
        return new ErrorResponse(
                422, "bad_settings", "the settings cannot be used, and nothing has changed", details, null);
    }

    @Override
    public ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause) {
        return standard;
    }

    @Override
    public ObjectNode body(ErrorResponse error, String requestId) {
        return error.body().put("request_id", requestId);
    }

    private static ErrorResponse attemptFailed(AttemptFailedException e) {
        Failure failure = e.last().failure();
        ObjectNode details = FailureDetails.byKey(e.attempts());
        UpstreamError upstreamError = failure.upstreamError();
        if (upstreamError != null) {
            details.putObject("upstream")
                    .put("status", upstreamError.status())
                    .put("type", upstreamError.type())
                    .put("param", upstreamError.param())
                    .put("code", upstreamError.code());
        }
        return new ErrorResponse(
                statusOf(failure), failure.kind().label(), failure.message(), details, retryAfter(failure));
    }

    /// The pause that the provider requested; else, for rate limits and overload, the longest first cooldown.
    private static @Nullable Duration retryAfter(Failure failure) {
        return switch (failure) {
            case Failure.RateLimited _, Failure.Overloaded _ -> FailurePolicy.pause(failure, 0, Math.nextDown(1));
            case Failure _ -> failure.requestedPause().orElse(null);
        };
    }

    private static int statusOf(Failure failure) {
        return switch (failure) {
            case Failure.Rejected(var upstreamError) -> forwardedStatus(upstreamError.status());
            case Failure.TooLarge _ -> 413;
            case Failure.Unsupported _ -> 400;
            case Failure.ModelUnavailable _ -> 404;
            case Failure.TimedOut _, Failure.OutOfTime _ -> 504;
            case Failure.Interrupted _ -> 502;
            case Failure.RateLimited _,
                    Failure.Overloaded _,
                    Failure.KeyRefused _,
                    Failure.AccountBlocked _,
                    Failure.Unavailable _,
                    Failure.EmptyReply _,
                    Failure.Unattributed _,
                    Failure.NotSent _,
                    Failure.Cancelled _ -> 503;
        };
    }

    private static int forwardedStatus(int status) {
        return status >= 400 && status < 500 ? status : 502;
    }

    private static ErrorResponse unknownModel(UnknownModelException e) {
        var details = JsonWriter.object().put("field", "model");
        e.nearMatches().forEach(details.putArray("near_matches")::add);
        String message =
                "%s%s Use 'auto' for the gateway's default models; its setting KEYWHEEL_MODELS defines other names."
                        .formatted(
                                messageOf(e),
                                e.nearMatches().isEmpty() ? "." : "; did you mean " + oneOf(e.nearMatches()) + "?");
        return new ErrorResponse(404, "model_not_found", message, details, null);
    }

    private static ErrorResponse unknownProvider(UnknownProviderException e) {
        var details = JsonWriter.object().put("field", "provider");
        e.known().forEach(details.putArray("providers")::add);
        return new ErrorResponse(
                400,
                HttpError.INVALID_REQUEST.label(),
                messageOf(e) + "; provider must be one of " + String.join(", ", e.known()),
                details,
                null);
    }

    private static ErrorResponse clientRefused(ClientRefusedException e) {
        int status = switch (e.reason()) {
            case MODEL_NOT_ALLOWED -> 403;
            case CLIENT_LIMITED -> 429;
            case REQUEST_TOO_LARGE -> 413;
        };
        var details = JsonWriter.object();
        if (e.limit() == null) {
            details.put("field", "model");
        } else {
            details.put("limit", e.limit().label());
        }
        return new ErrorResponse(
                status, e.reason().name().toLowerCase(Locale.ROOT), messageOf(e), details, e.retryAfter());
    }

    private static String oneOf(List<String> names) {
        return "'" + String.join("', '", names.subList(0, names.size() - 1))
                + (names.size() == 1 ? "" : "' or '")
                + names.getLast() + "'";
    }

    private static String messageOf(ChatException e) {
        return String.valueOf(e.getMessage());
    }
}
