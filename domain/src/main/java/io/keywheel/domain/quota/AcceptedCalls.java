package io.keywheel.domain.quota;

import io.keywheel.domain.quota.InFlightCalls.Call;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Calls that were admitted and have not ended, in the order in which they were admitted.
///
/// Two calls may be alike in everything; either stands for the other.
final class AcceptedCalls {

    private final TreeMap<Long, LetIn> inOrder = new TreeMap<>();
    private final Map<Call, Deque<LetIn>> calls = new HashMap<>();
    private long nextNumber;

    LetIn add(Call call, Instant at) {
        var added = new LetIn(call, at);
        add(added);
        return added;
    }

    private void add(LetIn added) {
        added.number = nextNumber++;
        inOrder.put(added.number, added);
        calls.computeIfAbsent(added.call, _ -> new ArrayDeque<>()).add(added);
    }

    @Nullable
    LetIn remove(Call call) {
        Deque<LetIn> alike = calls.get(call);
        if (alike == null) {
            return null;
        }
        LetIn removed = alike.remove();
        if (alike.isEmpty()) {
            calls.remove(call);
        }
        inOrder.remove(removed.number);
        return removed;
    }

    /// Those let in before `ended` was have seen it spend so much since they were.
    void spent(LetIn ended, SpentTokens spentTokens) {
        for (LetIn before : inOrder.headMap(ended.number).values()) {
            before.callsSince += spentTokens.calls();
            before.tokensSince += Math.min(spentTokens.tokens(), ended.call.estimatedTokens());
        }
    }

    /// Those admitted later than `before`.
    Collection<LetIn> after(LetIn before) {
        return inOrder.tailMap(before.number, false).values();
    }

    /// Those of keys whose fingerprints are not `known`.
    List<Call> unless(Predicate<String> known) {
        return inOrder.values().stream()
                .map(accepted -> accepted.call)
                .filter(call -> !known.test(call.key()))
                .toList();
    }

    /// These and those of `other`, in the order in which they were admitted.
    AcceptedCalls with(AcceptedCalls other) {
        var both = new AcceptedCalls();
        Stream.concat(inOrder.values().stream(), other.inOrder.values().stream())
                .sorted(Comparator.comparing(accepted -> accepted.at))
                .forEach(both::add);
        return both;
    }

    /// A call that was let in.
    static final class LetIn {

        private final Call call;
        private final Instant at;

        /// By bucket.
        private final Map<String, Taken> taken = new HashMap<>();

        private long number = Long.MAX_VALUE;
        private long callsSince;
        private long tokensSince;

        LetIn(Call call, Instant at) {
            this.call = call;
            this.at = at;
        }

        Call call() {
            return call;
        }

        Instant at() {
            return at;
        }

        /// How many calls have been let in since, and have ended.
        long callsSince() {
            return callsSince;
        }

        /// What they have spent.
        long tokensSince() {
            return tokensSince;
        }

        void took(String bucket, Taken amount) {
            taken.put(bucket, amount);
        }

        @Nullable
        Taken taken(String bucket) {
            return taken.get(bucket);
        }
    }

    /// What a call has taken from a bucket, and which report and start the bucket had then.
    record Taken(long amount, Instant reportedOf, Instant since) {}
}
