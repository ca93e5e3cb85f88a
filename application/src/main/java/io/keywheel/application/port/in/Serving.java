package io.keywheel.application.port.in;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.routing.Target;
import java.util.List;

/// Who answers, and who did not.
///
/// @param target the key and model that really answer
/// @param before the attempts that failed before, oldest first
public record Serving(Target target, List<FailedAttempt> before) {

    public Serving {
        before = List.copyOf(before);
    }
}
