package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;

/// One attempt's failure is the answer: the provider said no to the request itself, or the caller wanted no
/// fallback.
public final class AttemptFailedException extends ChatException {

    private static final long serialVersionUID = 1;

    /// @param attempts at least one
    public AttemptFailedException(List<FailedAttempt> attempts) {
        super(attempts.getLast().failure().message(), attempts);
    }

    /// The attempt that decided it.
    public FailedAttempt last() {
        return attempts().getLast();
    }
}
