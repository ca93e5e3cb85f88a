package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The calls that may still be refused, and the tokens that they need in all. Equal calls are interchangeable.
public final class InFlightCalls {

    /// Providers refuse immediately: a call that was not refused for so long is accepted.
    public static final Duration REFUSAL_TIME = Duration.ofSeconds(1);

    /// @param key its fingerprint
    record Call(String key, Instant begun, long estimatedTokens) {

        static Call of(Step.Attempt attempt) {
            return new Call(attempt.target().key().fingerprint(), attempt.startedAt(), attempt.estimatedTokens());
        }

        Instant acceptedAt() {
            return begun.plus(REFUSAL_TIME);
        }
    }

    private final List<Call> calls = new ArrayList<>();
    private long tokens;

    int count() {
        return calls.size();
    }

    long tokens() {
        return tokens;
    }

    /// The call that began earliest; null for none.
    @Nullable
    Call first() {
        return calls.isEmpty() ? null : calls.getFirst();
    }

    void add(Call call) {
        int place = calls.size();
        while (place > 0 && calls.get(place - 1).begun().isAfter(call.begun())) {
            place--;
        }
        calls.add(place, call);
        tokens += call.estimatedTokens();
    }

    int begunSince(Instant moment) {
        return (int)
                calls.stream().filter(call -> !call.begun().isBefore(moment)).count();
    }

    /// Returns whether `call` was in flight.
    boolean remove(Call call) {
        boolean known = calls.remove(call);
        tokens -= known ? call.estimatedTokens() : 0;
        return known;
    }

    /// A copy without `others`. Takes linear time, because a gateway may have thousands of claims.
    InFlightCalls without(Stream<Call> others) {
        var counts = new HashMap<Call, Integer>();
        others.forEach(call -> counts.merge(call, 1, Integer::sum));
        var left = new InFlightCalls();
        for (Call call : calls) {
            if (counts.merge(call, -1, Integer::sum) < 0) {
                left.add(call);
            }
        }
        return left;
    }

    void retainKeys(Predicate<String> known) {
        List.copyOf(calls).stream().filter(call -> !known.test(call.key())).forEach(this::remove);
    }

    void merge(InFlightCalls other) {
        other.calls.forEach(this::add);
    }

    /// The earliest begun first.
    List<Call> list() {
        return Collections.unmodifiableList(calls);
    }
}
