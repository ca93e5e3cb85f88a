package io.keywheel.adapters.http.errors;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.Unavailability.CoolingKey;
import io.keywheel.domain.usage.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The attempts of a request, in one line.
public final class AttemptTrail {

    /// The limit of attempts shown: clients refuse response heads of more than a few kilobytes.
    private static final int MOST_ATTEMPTS = 50;

    private AttemptTrail() {}

    /// As `groq/1:rate_limited, cerebras/1:ok`.
    public static String of(ServedBy servedBy, Outcome outcome) {
        String last = servedBy.target().key().slot() + ":" + outcome.label();
        return servedBy.failedBefore().isEmpty() ? last : of(servedBy.failedBefore()) + ", " + last;
    }

    public static String of(List<FailedAttempt> failed) {
        String shown = failed.stream()
                .limit(MOST_ATTEMPTS)
                .map(FailedAttempt::toString)
                .collect(Collectors.joining(", "));
        return failed.size() <= MOST_ATTEMPTS ? shown : shown + ", " + (failed.size() - MOST_ATTEMPTS) + " more";
    }

    /// The most frequent reason why no key was called; empty if one was.
    static String whyNotAttempted(ChatException e, Unavailability unavailability) {
        var reasons = unavailability.cooling().stream()
                .collect(groupingBy(CoolingKey::reason, () -> new EnumMap<>(Failure.Kind.class), counting()));
        return reasons.entrySet().stream()
                .filter(_ -> e.attempts().isEmpty())
                .max(Map.Entry.comparingByValue())
                .map(most -> " (no key was ready: "
                        + shown(most, unavailability.cooling().size()) + ")")
                .orElse("");
    }

    private static String shown(Map.Entry<Failure.Kind, Long> most, int all) {
        String label = most.getKey().label();
        if (most.getValue() == all) {
            return label;
        }
        return 2 * most.getValue() > all ? "mostly " + label : label + " and others";
    }
}
