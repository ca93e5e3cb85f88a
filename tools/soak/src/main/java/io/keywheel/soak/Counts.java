package io.keywheel.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Counts requests by verdict. Thread-safe.
final class Counts {

    private static final int EXAMPLES = 10;

    private final Map<Form, Long> sent = new EnumMap<>(Form.class);
    private final Map<Form, Map<Verdict.Kind, Long>> ended = new EnumMap<>(Form.class);
    private final Map<String, Long> errors = new TreeMap<>();
    private final List<String> examples = new ArrayList<>();
    private long notSent;

    synchronized void sent(Form form) {
        sent.merge(form, 1L, Long::sum);
    }

    /// Counts a request that was skipped because this program was late.
    synchronized void notSent() {
        notSent++;
    }

    synchronized void ended(long number, Form form, Verdict verdict) {
        ended.computeIfAbsent(form, _ -> new EnumMap<>(Verdict.Kind.class)).merge(verdict.kind(), 1L, Long::sum);
        switch (verdict.kind()) {
            case RIGHT, LEFT -> {}
            case ERROR, BROKEN_OFF -> errors.merge(verdict.kind().label + ": " + verdict.detail(), 1L, Long::sum);
            case LOST, WRONG -> {
                if (examples.size() < EXAMPLES) {
                    examples.add(verdict.kind() + ", request " + number + ", " + form + ": " + verdict.detail());
                }
            }
        }
    }

    synchronized long sentAs(Form form) {
        return sent.getOrDefault(form, 0L);
    }

    synchronized long count(Form form, Verdict.Kind kind) {
        return ended.getOrDefault(form, Map.of()).getOrDefault(kind, 0L);
    }

    long sent() {
        return Arrays.stream(Form.values()).mapToLong(this::sentAs).sum();
    }

    long count(Verdict.Kind kind) {
        return Arrays.stream(Form.values()).mapToLong(form -> count(form, kind)).sum();
    }

    long ended() {
        return Arrays.stream(Verdict.Kind.values()).mapToLong(this::count).sum();
    }

    synchronized long skipped() {
        return notSent;
    }

    synchronized Map<String, Long> errors() {
        return new TreeMap<>(errors);
    }

    synchronized List<String> examples() {
        return List.copyOf(examples);
    }
}
