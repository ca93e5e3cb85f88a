package io.keywheel.adapters.http;

import io.keywheel.application.port.in.Serving;
import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;
import java.util.stream.Collectors;

/// The trail of a request from key to key, in one line.
final class Attempts {

    /// Clients refuse heads that are longer than a few kilobytes.
    private static final int MOST = 50;

    private Attempts() {}

    /// As `groq/1:rate_limited, cerebras/1:ok`.
    static String of(Serving serving) {
        String last = serving.target().key().slot() + ":ok";
        return serving.before().isEmpty() ? last : of(serving.before()) + ", " + last;
    }

    static String of(List<FailedAttempt> failed) {
        String shown = failed.stream().limit(MOST).map(FailedAttempt::toString).collect(Collectors.joining(", "));
        return failed.size() <= MOST ? shown : shown + ", " + (failed.size() - MOST) + " more";
    }
}
