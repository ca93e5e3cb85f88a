package io.keywheel.domain.health;

import io.keywheel.domain.failover.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What keeps a key from being asked, all the scopes that concern it taken together. Nothing does when both
/// are null.
///
/// @param cooling the rest that lasts longest of those that are not over
/// @param onTrial the rest whose trial ends last
/// @param due whether a rest is over and its trial has not been let in: that tells more than anything reckoned
record Hold(@Nullable Rest cooling, @Nullable Rest onTrial, boolean due) {

    static final Hold NONE = new Hold(null, null, false);

    Hold and(@Nullable Rest rest, Instant now) {
        if (rest == null) {
            return this;
        }
        boolean coolsLonger =
                rest.coolsAt(now) && (cooling == null || rest.until().isAfter(cooling.until()));
        boolean triedLonger =
                rest.isOnTrialAt(now) && (onTrial == null || trialEnds(rest).isAfter(trialEnds(onTrial)));
        boolean isDue = !rest.coolsAt(now) && !rest.hasLetInAt(now);
        return new Hold(coolsLonger ? rest : cooling, triedLonger ? rest : onTrial, due || isDue);
    }

    @Nullable
    Instant coolsUntil() {
        return cooling == null ? null : cooling.until();
    }

    @Nullable
    Instant trialEnds() {
        return onTrial == null ? null : onTrial.trialEnds();
    }

    Standing standing() {
        if (cooling != null) {
            return cooling.reason() == Failure.Kind.KEY_REFUSED
                    ? new Standing.Retired(cooling.since(), cooling.until())
                    : new Standing.Cooling(cooling.reason(), false, cooling.since(), cooling.until());
        }
        return onTrial == null ? new Standing.Ready() : new Standing.OnTrial(onTrial.reason(), onTrial.since());
    }

    private static Instant trialEnds(Rest rest) {
        Instant ends = rest.trialEnds();
        return ends == null ? rest.until() : ends;
    }
}
