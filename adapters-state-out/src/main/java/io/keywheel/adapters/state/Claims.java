package io.keywheel.adapters.state;

import io.keywheel.domain.sharing.Fact;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// The claimed calls that have not yet been read back from the [StoreLog].
final class Claims {

    /// @param ended opens when the wait for the call ends
    /// @param hasPassed whether the listener has received the call
    private record Claim(Fact.Called call, CountDownLatch ended, AtomicBoolean hasPassed) {}

    private final Map<Fact.CallId, Claim> waiting = new ConcurrentHashMap<>();

    /// Registers a claim. The latch opens when the call is read back or the session fails.
    CountDownLatch begin(Fact.Called call) {
        var claim = new Claim(call, new CountDownLatch(1), new AtomicBoolean());
        waiting.put(call.id(), claim);
        return claim.ended();
    }

    /// Removes the claim. Returns whether the listener has received the call.
    boolean end(Fact.Called call) {
        Claim claim = waiting.remove(call.id());
        return claim != null && claim.hasPassed().get();
    }

    /// The call itself for one that was read back, if its claim is waiting.
    Optional<Fact> waiting(Fact read) {
        return read instanceof Fact.Called called
                ? Optional.ofNullable(waiting.get(called.id())).map(Claim::call)
                : Optional.empty();
    }

    /// Ends the wait for a call that the listener has received. Other facts end none.
    void passed(Fact fact) {
        if (fact instanceof Fact.Called called && waiting.get(called.id()) instanceof Claim claim) {
            claim.hasPassed().set(true);
            claim.ended().countDown();
        }
    }

    void giveUp() {
        waiting.values().forEach(claim -> claim.ended().countDown());
    }
}
