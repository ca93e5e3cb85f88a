package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The claimed calls that wait to be seen in the log.
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

    /// Ends when the call has passed, or the store is lost.
    CountDownLatch begin(Fact.Called call) {
        var claim = new Claim(call);
        waiting.put(call.id().number(), claim);
        return claim.ended;
    }

    /// Whether it has been passed to the listener.
    boolean end(Fact.Called call) {
        Claim claim = waiting.remove(call.id().number());
        return claim != null && claim.hasPassed;
    }

    /// The own call with this number, if its claim still waits.
    Fact.@Nullable Called waiting(long number) {
        Claim claim = waiting.get(number);
        return claim == null ? null : claim.call;
    }

    /// The listener has had this call.
    void passed(Fact.Called call) {
        Claim claim = waiting.get(call.id().number());
        if (claim != null) {
            claim.hasPassed = true;
            claim.ended.countDown();
        }
    }

    /// None of those that wait will pass.
    void giveUp() {
        waiting.values().forEach(claim -> claim.ended.countDown());
    }
}
