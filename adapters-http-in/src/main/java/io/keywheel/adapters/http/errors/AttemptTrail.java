package io.keywheel.adapters.http.errors;

import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;
import java.util.stream.Collectors;

/// The trail of a request from key to key, in one line.
public final class AttemptTrail {

    /// Clients refuse heads that are longer than a few kilobytes.
    private static final int MOST = 50;

    private AttemptTrail() {}

    /// As `groq/1:rate_limited, cerebras/1:ok`.
    public static String of(ServedBy servedBy) {
        String last = servedBy.target().key().slot() + ":ok";
        return servedBy.failedBefore().isEmpty() ? last : of(servedBy.failedBefore()) + ", " + last;
    }

    public static String of(List<FailedAttempt> failed) {
        String shown = failed.stream().limit(MOST).map(FailedAttempt::toString).collect(Collectors.joining(", "));
        return failed.size() <= MOST ? shown : shown + ", " + (failed.size() - MOST) + " more";
    }
}
