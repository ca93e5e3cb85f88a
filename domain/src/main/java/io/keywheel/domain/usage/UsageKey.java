package io.keywheel.domain.usage;

import java.time.LocalDate;
import java.util.Comparator;

/// The values by which usage is summed.
///
/// @param day in UTC
/// @param provider empty without an attempt
/// @param model empty without an attempt
public record UsageKey(LocalDate day, String client, String provider, String model) implements Comparable<UsageKey> {

    private static final Comparator<UsageKey> ORDER = Comparator.comparing(UsageKey::day)
            .thenComparing(UsageKey::client)
            .thenComparing(UsageKey::provider)
            .thenComparing(UsageKey::model);

    @Override
    public int compareTo(UsageKey other) {
        return ORDER.compare(this, other);
    }
}
