package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.routing.Target;
import java.util.List;

/// The target that answers, and the attempts before it.
///
/// @param failedBefore oldest first
public record ServedBy(Target target, List<FailedAttempt> failedBefore) {

    public ServedBy {
        failedBefore = List.copyOf(failedBefore);
    }
}
