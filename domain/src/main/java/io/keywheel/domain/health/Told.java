package io.keywheel.domain.health;

import io.keywheel.domain.routing.Allowance;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a provider said is left.
///
/// @param of when the call had begun to which it said so
/// @param at when it said so; null where it never did
record Told(Allowance allowance, Instant of, @Nullable Instant at) {

    static final Told NOTHING = new Told(Allowance.UNKNOWN, Instant.MIN, null);

    /// What was said to the later call, and of two that began together `b`.
    static Told later(Told a, Told b) {
        return b.of.isBefore(a.of) ? a : b;
    }
}
