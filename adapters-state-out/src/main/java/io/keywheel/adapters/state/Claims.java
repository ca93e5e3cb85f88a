package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The claimed calls that have not yet been read back from the log.
final class Claims {

    private static final class Claim {
        final Fact.Called call;
        final CountDownLatch ended = new CountDownLatch(1);
        volatile boolean hasPassed;

        Claim(Fact.Called call) {
            this.call = call;
        }
    }

    private final Map<Long, Claim> waiting = new ConcurrentHashMap<>();

    /// Registers a claim. The latch opens when the call is read back or the session fails.
    CountDownLatch begin(Fact.Called call) {
        var claim = new Claim(call);
        waiting.put(call.id().number(), claim);
        return claim.ended;
    }

    /// Removes the claim. Returns whether the listener has received the call.
    boolean end(Fact.Called call) {
        Claim claim = waiting.remove(call.id().number());
        return claim != null && claim.hasPassed;
    }

    /// The gateway's call with this number if its claim is waiting, else null.
    Fact.@Nullable Called waiting(long number) {
        Claim claim = waiting.get(number);
        return claim == null ? null : claim.call;
    }

    /// Ends the wait for a call that the listener has received.
    void passed(Fact.Called call) {
        Claim claim = waiting.get(call.id().number());
        if (claim != null) {
            claim.hasPassed = true;
            claim.ended.countDown();
        }
    }

    /// Ends all waits without success.
    void giveUp() {
        waiting.values().forEach(claim -> claim.ended.countDown());
    }
}
