package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;

/// The answer broke off after its first content. What was delivered stays valid.
public final class StreamInterruptedException extends ChatException {

    private static final long serialVersionUID = 1;

    public StreamInterruptedException(String message, List<FailedAttempt> attempts) {
        super(message, attempts);
    }
}
