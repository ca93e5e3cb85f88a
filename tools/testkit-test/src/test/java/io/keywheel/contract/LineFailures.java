package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;

record LineFailures(ProviderSettings settings, Mutant mutant) {

    static final String NO_END = "it ended before its answer did";

    /// @param speaks whether it answered in lines at all
    /// @param wait until the limit ends, in seconds
    Failure refused(int status, boolean speaks, String words, String wait) {
        if (speaks) {
            return failure(status, masked(words), Duration.ofSeconds(Long.parseLong(wait)));
        }
        // An answer in another format. Its status selects the failure, unless it is an HTML page.
        return status == 200 || status == 403 || mutant.is("reads_the_status_of_a_refusal_in_another_format")
                ? new Failure.Unavailable("it does not speak in lines", null)
                : failure(status, "it said " + masked(words), Duration.ZERO);
    }

    Failure failure(int status, String message, Duration wait) {
        var error = new UpstreamError(status, message, null, null, null);
        return switch (kind(status)) {
            case REJECTED -> new Failure.Rejected(error);
            case KEY_REFUSED -> new Failure.KeyRefused(message);
            case ACCOUNT_BLOCKED -> new Failure.AccountBlocked(message);
            case MODEL_UNAVAILABLE -> new Failure.ModelUnavailable(error);
            case TOO_LARGE -> new Failure.TooLarge(error);
            case UNSUPPORTED -> new Failure.Unsupported(error);
            case RATE_LIMITED -> new Failure.RateLimited(message, wait, RateLimitStatus.UNKNOWN);
            case OVERLOADED -> new Failure.Overloaded(message, null);
            default -> new Failure.Unavailable(message, null);
        };
    }

    private static Kind kind(int status) {
        for (Kind kind : Kind.values()) {
            if (LineWire.status(kind) == status) {
                return kind;
            }
        }
        return Kind.UNAVAILABLE;
    }

    /// The stream failed: at a line that cannot be read, by the provider's own word, or by its end.
    ///
    /// @param said whether content came before
    Failure broken(String words, boolean said) {
        return said ? new Failure.Interrupted(masked(words)) : new Failure.Unavailable(masked(words), null);
    }

    /// @param ofRequest whether the time of the whole request is over
    static Failure late(boolean said, boolean ofRequest) {
        if (said) {
            return new Failure.Interrupted("too slow");
        }
        return ofRequest ? new Failure.OutOfTime() : new Failure.TimedOut("too slow");
    }

    Failure interrupted() {
        if (!mutant.is("leaves_the_thread_interrupted")) {
            Thread.currentThread().interrupt();
        }
        return new Failure.Cancelled();
    }

    Failure cut(IOException e, boolean said) {
        return e instanceof HttpConnectTimeoutException ? new Failure.TimedOut("no connection") : broken("cut", said);
    }

    private String masked(String words) {
        String masked = words;
        for (ApiKey key : settings.keys()) {
            String shown = key.reveal().substring(0, mutant.repeatsKeys() ? 12 : 0) + "***";
            masked = key.reveal().isEmpty() ? masked : masked.replace(key.reveal(), shown);
        }
        return masked;
    }
}
