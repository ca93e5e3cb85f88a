package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;

/// The request's time ran out.
public final class DeadlineExceededException extends ChatException {

    private static final long serialVersionUID = 1;

    public DeadlineExceededException(List<FailedAttempt> attempts) {
        super("The request took longer than it may", attempts);
    }
}
