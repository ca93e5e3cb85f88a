package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.AttemptFailedException;
import io.keywheel.domain.failover.Failure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How an API describes what went wrong: as the native one does, wherever it has no convention of its own.
public interface ErrorFormat {

    /// As providers answer; the native API says 503.
    int RATE_LIMITED = 429;

    /// @param standard what the native API says of it
    /// @param cause null where the server itself refuses a request
    ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause);

    /// What became of the one attempt that decides; null where none does.
    static @Nullable Failure onlyFailure(@Nullable ChatException cause) {
        return cause instanceof AttemptFailedException failed ? failed.last().failure() : null;
    }

    /// Whether a rate limit alone is why there is no answer.
    static boolean isByRateLimit(@Nullable ChatException cause) {
        return cause instanceof AllFailedException failed
                ? failed.exhaustion().isByRateLimit()
                : onlyFailure(cause) instanceof Failure.RateLimited;
    }

    /// The message, with the trail and when to come back where all keys failed, for APIs that have no fields for them.
    static String messageOf(ErrorResponse standard, @Nullable ChatException cause) {
        if (!(cause instanceof AllFailedException failed)) {
            return standard.message();
        }
        String trail = failed.attempts().isEmpty() ? "" : " (" + AttemptTrail.of(failed.attempts()) + ")";
        Long seconds = failed.exhaustion().outOfAttempts() ? null : standard.retryAfterSeconds();
        return standard.message() + trail + (seconds == null ? "" : "; the first key is ready in " + seconds + " s");
    }

    /// Where else than in `X-Request-Id` clients look for the id of their request.
    default Optional<HeaderName> idHeader() {
        return Optional.empty();
    }

    ObjectNode body(ErrorResponse error, String requestId);
}
