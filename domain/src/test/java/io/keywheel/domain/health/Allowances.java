package io.keywheel.domain.health;

import io.keywheel.domain.routing.Allowance;
import java.time.Duration;
import java.util.List;

/// Allowances as tests need them.
final class Allowances {

    private Allowances() {}

    static Allowance spentFor(Duration time) {
        return tokensLeft(0, time);
    }

    static Allowance tokensLeft(long tokens, Duration reset) {
        return new Allowance(List.of(
                new Allowance.Bucket("requests-day", 1000L, 17, Duration.ofHours(9)),
                new Allowance.Bucket("tokens-minute", 8000L, tokens, reset)));
    }
}
