package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.domain.failover.Failure;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The error format of an API. Where the API has no convention, it follows the native API.
public interface ErrorFormat {

    /// The status that providers send; the native API sends 503.
    int RATE_LIMITED = 429;

    /// @param standard the native API's error
    /// @param cause null if the server itself refuses the request
    ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause);

    /// The failure of the attempt that decides the error; null if no single attempt does.
    static @Nullable Failure onlyFailure(@Nullable ChatException cause) {
        return cause instanceof AttemptFailedException failed ? failed.last().failure() : null;
    }

    /// Whether rate limits are the only reason for the failure.
    static boolean isByRateLimit(@Nullable ChatException cause) {
        return cause instanceof AllFailedException failed
                ? failed.exhaustion().isByRateLimit(failed.attempts())
                : onlyFailure(cause) instanceof Failure.RateLimited;
    }

    /// The message, for APIs without a field for the attempts. They follow it if the status is 500 or above, and the
    /// only failure is no refusal of the request itself. If all keys failed, the time until a key is ready and the
    /// first such refusal follow, too.
    static String messageOf(ErrorResponse standard, @Nullable ChatException cause) {
        Failure only = onlyFailure(cause);
        if (cause == null || standard.status() < 500 || (only != null && only.upstreamError() != null)) {
            return standard.message();
        }
        String trail = cause.attempts().isEmpty() ? "" : " (" + AttemptTrail.of(cause.attempts()) + ")";
        if (!(cause instanceof AllFailedException failed)) {
            return standard.message() + trail;
        }
        Long seconds = failed.exhaustion().outOfAttempts() ? null : standard.retryAfterSeconds();
        String refusal = failed.attempts().stream()
                .filter(attempt -> attempt.failure() instanceof Failure.RequestRefused)
                .limit(1)
                .map(attempt -> "; " + attempt.target().key().slot() + " refused the request: "
                        + attempt.failure().message())
                .collect(Collectors.joining());
        return standard.message()
                + trail
                + (seconds == null ? "" : "; the first key is ready in " + seconds + " s")
                + refusal;
    }

    /// The header besides `X-Request-Id` in which the API's clients look for the request id.
    default Optional<HeaderName> idHeader() {
        return Optional.empty();
    }

    ObjectNode body(ErrorResponse error, String requestId);
}
