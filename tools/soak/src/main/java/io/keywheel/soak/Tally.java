package io.keywheel.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// Counts how requests ended. Safe for use by several threads.
final class Tally {

    /// How many of the bad ones are kept word for word.
    private static final int EXAMPLES = 10;

    /// The requests of one form, by how they ended.
    static final class Row {
        long sent;
        long right;
        long refused;
        long brokenOff;
        long left;
        long lost;
        long wrong;

        long ended() {
            return right + refused + brokenOff + left + lost + wrong;
        }

        private void add(Row other) {
            sent += other.sent;
            right += other.right;
            refused += other.refused;
            brokenOff += other.brokenOff;
            left += other.left;
            lost += other.lost;
            wrong += other.wrong;
        }
    }

    private final Map<Form, Row> rows = new EnumMap<>(Form.class);
    private final Map<String, Long> errors = new TreeMap<>();
    private final List<String> examples = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final AtomicLong late = new AtomicLong();

    synchronized void sent(Form form) {
        row(form).sent++;
    }

    /// A request that was due, and for which this program had no time.
    void notSent(long count) {
        late.addAndGet(count);
    }

    /// @param took since the request was due, so that a wait to be sent counts too
    synchronized void ended(long number, Form form, Outcome outcome, Duration took) {
        Row row = row(form);
        switch (outcome) {
            case Outcome.Right _ -> {
                row.right++;
                latencies.add(took);
            }
            case Outcome.Refused(var kind) -> {
                row.refused++;
                count("no answer: " + kind);
            }
            case Outcome.BrokenOff(var kind) -> {
                row.brokenOff++;
                count("broken off: " + kind);
            }
            case Outcome.Left _ -> row.left++;
            case Outcome.Lost(var how) -> {
                row.lost++;
                keep("lost, request " + number + ", " + form + ": " + how);
            }
            case Outcome.Wrong(var how) -> {
                row.wrong++;
                keep("wrong, request " + number + ", " + form + ": " + how);
            }
        }
    }

    private Row row(Form form) {
        return rows.computeIfAbsent(form, _ -> new Row());
    }

    private void count(String error) {
        errors.merge(error, 1L, Long::sum);
    }

    private void keep(String example) {
        if (examples.size() < EXAMPLES) {
            examples.add(example);
        }
    }

    synchronized Row of(Form form) {
        var copy = new Row();
        copy.add(row(form));
        return copy;
    }

    Row all() {
        var sum = new Row();
        for (Form form : Form.values()) {
            sum.add(of(form));
        }
        return sum;
    }

    long notSent() {
        return late.get();
    }

    Latencies latencies() {
        return latencies;
    }

    synchronized Map<String, Long> errors() {
        return new TreeMap<>(errors);
    }

    synchronized List<String> examples() {
        return List.copyOf(examples);
    }
}
