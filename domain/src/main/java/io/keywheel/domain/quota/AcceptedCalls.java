package io.keywheel.domain.quota;

import io.keywheel.domain.quota.InFlightCalls.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Calls that were accepted and have not ended, in the order in which they were accepted.
///
/// Equal calls are interchangeable.
final class AcceptedCalls {

    private final List<AcceptedCall> calls = new ArrayList<>();
    private long nextNumber;

    AcceptedCall add(Call call, Instant at) {
        var added = new AcceptedCall(call, at);
        add(added);
        return added;
    }

    private void add(AcceptedCall added) {
        added.number = nextNumber++;
        calls.add(added);
    }

    /// Removes the ended `call`, and adds its usage to each call accepted before it. Null if `call` is not known.
    @Nullable
    AcceptedCall end(Call call, SpentTokens spentTokens) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).call.equals(call)) {
                for (AcceptedCall before : calls.subList(0, i)) {
                    before.callsSince += spentTokens.calls();
                    before.tokensSince += Math.min(spentTokens.tokens(), call.estimatedTokens());
                }
                return calls.remove(i);
            }
        }
        return null;
    }

    List<AcceptedCall> after(AcceptedCall before) {
        return calls.stream().filter(call -> call.number > before.number).toList();
    }

    List<Call> ofOtherKeys(Predicate<String> known) {
        return calls.stream()
                .map(accepted -> accepted.call)
                .filter(call -> !known.test(call.key()))
                .toList();
    }

    /// The calls of both, in the order in which they were accepted.
    AcceptedCalls with(AcceptedCalls other) {
        var both = new AcceptedCalls();
        Stream.concat(calls.stream(), other.calls.stream())
                .sorted(Comparator.comparing(accepted -> accepted.at))
                .forEach(both::add);
        return both;
    }

    static final class AcceptedCall {

        final Call call;
        final Instant at;

        /// How many calls that were accepted later have ended, without refused ones.
        long callsSince;

        /// The tokens that these calls have spent.
        long tokensSince;

        /// By bucket.
        final Map<String, Taken> taken = new HashMap<>();

        private long number = Long.MAX_VALUE;

        AcceptedCall(Call call, Instant at) {
            this.call = call;
            this.at = at;
        }
    }

    /// The amount that a call took from a bucket, with the report and the start of that bucket.
    record Taken(long amount, Instant reportingCallStart, Instant since) {}
}
