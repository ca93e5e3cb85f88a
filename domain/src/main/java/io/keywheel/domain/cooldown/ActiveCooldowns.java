package io.keywheel.domain.cooldown;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.status.KeyState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The cooldowns and probes that block a key, over all its scopes. The key may be used if `cooling` and `probing`
/// are null.
///
/// @param cooling the active cooldown that lasts longest
/// @param probing the active probe that ends last
/// @param due whether a cooldown is over and its probe is not accepted yet
public record ActiveCooldowns(
        @Nullable Cooldown cooling, @Nullable Cooldown probing, boolean due) {

    static final ActiveCooldowns NONE = new ActiveCooldowns(null, null, false);

    ActiveCooldowns and(@Nullable Cooldown cooldown, Instant now) {
        if (cooldown == null) {
            return this;
        }
        boolean coolsLonger =
                cooldown.isActiveAt(now) && (cooling == null || cooldown.until().isAfter(cooling.until()));
        boolean isProbedLonger = cooldown.isProbedAt(now)
                && (probing == null || cooldown.probeEnds().isAfter(probing.probeEnds()));
        return new ActiveCooldowns(
                coolsLonger ? cooldown : cooling,
                isProbedLonger ? cooldown : probing,
                due || cooldown.isProbeDueAt(now));
    }

    /// Whether nothing blocks the key, and its next attempt would not be a probe.
    public boolean isNone() {
        return cooling == null && probing == null && !due;
    }

    public @Nullable Instant coolsUntil() {
        return cooling == null ? null : cooling.until();
    }

    public @Nullable Instant probeEnds() {
        return probing == null ? null : probing.probeEnds();
    }

    /// @param offset added to an instant to get the wall-clock time
    public KeyState keyState(Duration offset) {
        Cooldown shown = cooling == null ? probing : cooling;
        if (shown == null) {
            return new KeyState.Ready();
        }
        Instant since = shown.since().plus(offset);
        Instant until = shown.until().plus(offset);
        if (cooling == null) {
            return new KeyState.Probing(shown.reason(), since);
        }
        return cooling.reason() == Failure.Kind.KEY_REFUSED
                ? new KeyState.Retired(since, until)
                : new KeyState.Cooling(cooling.reason(), false, since, until);
    }
}
