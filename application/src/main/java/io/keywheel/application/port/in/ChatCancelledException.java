package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import java.util.List;

/// The client disconnected, or its thread was interrupted.
public final class ChatCancelledException extends ChatException {

    private static final long serialVersionUID = 1;

    public ChatCancelledException(List<FailedAttempt> attempts) {
        super("The request was cancelled", attempts);
    }
}
