package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The calls that may still be refused, and what they need in all.
///
/// Two calls may be alike in everything; either stands for the other.
public final class InFlightCalls {

    /// A refusal comes at once: a call not refused for so long is admitted.
    public static final Duration REFUSAL_TIME = Duration.ofSeconds(1);

    /// @param key its fingerprint
    record Call(String key, Instant begun, long estimatedTokens) {

        static Call of(Step.Attempt attempt) {
            return new Call(attempt.target().key().fingerprint(), attempt.startedAt(), attempt.estimatedTokens());
        }

        Instant admittedAt() {
            return begun.plus(REFUSAL_TIME);
        }
    }

    /// How many are alike, the earliest begun first.
    private final SequencedMap<Call, Integer> calls = new LinkedHashMap<>();

    private @Nullable Call first;
    private int count;
    private long tokens;

    int count() {
        return count;
    }

    long tokens() {
        return tokens;
    }

    /// The earliest begun; null for none.
    @Nullable
    Call first() {
        return first;
    }

    void add(Call call) {
        calls.merge(call, 1, Integer::sum);
        first = first == null ? call : first;
        count++;
        tokens += call.estimatedTokens();
    }

    int begunSince(Instant moment) {
        int since = 0;
        for (var alike : calls.reversed().entrySet()) {
            if (alike.getKey().begun().isBefore(moment)) {
                break;
            }
            since += alike.getValue();
        }
        return since;
    }

    /// Whether it was there.
    boolean remove(Call call) {
        Integer alike = calls.get(call);
        if (alike == null) {
            return false;
        }
        if (alike > 1) {
            calls.put(call, alike - 1);
        } else {
            calls.remove(call);
            if (call.equals(first)) {
                first = calls.isEmpty() ? null : calls.firstEntry().getKey();
            }
        }
        count--;
        tokens -= call.estimatedTokens();
        return true;
    }

    /// Forgets the calls of keys that are not `known`.
    void keep(Predicate<String> known) {
        list().stream().filter(call -> !known.test(call.key())).forEach(this::remove);
    }

    void absorb(InFlightCalls other) {
        List<Call> all = new ArrayList<>(list());
        all.addAll(other.list());
        all.sort(Comparator.comparing(Call::begun));
        calls.clear();
        first = null;
        count = 0;
        tokens = 0;
        all.forEach(this::add);
    }

    /// The earliest begun first.
    List<Call> list() {
        var list = new ArrayList<Call>();
        calls.forEach((call, alike) -> {
            for (int i = 0; i < alike; i++) {
                list.add(call);
            }
        });
        return list;
    }
}
