package io.keywheel.domain.sharing;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.sharing.Fact.CooledDown;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The cooldowns of one scope at all gateways. They depend on which facts have arrived, not on their order or
/// repetition.
///
/// @param cooldowns sorted by end, the latest first; one that ends earlier is kept only if it was seen later
/// @param answered the latest start of an answered call, which drops older cooldowns
public record SharedCooldowns(List<CooledDown> cooldowns, Instant answered) {

    public static final SharedCooldowns NONE = new SharedCooldowns(List.of(), Instant.MIN);

    /// More are needed only if a failure returns again and again, each time with a shorter pause.
    private static final int MOST = 8;

    private static final Comparator<CooledDown> LONGEST_FIRST = Comparator.comparing(CooledDown::until)
            .thenComparing(CooledDown::since)
            .thenComparingInt(CooledDown::level)
            .thenComparing(CooledDown::reason)
            .thenComparing(CooledDown::mayBeTransient, Comparator.reverseOrder())
            .reversed();

    public SharedCooldowns {
        cooldowns = List.copyOf(cooldowns);
    }

    public SharedCooldowns with(CooledDown cooldown) {
        return joined(new SharedCooldowns(List.of(cooldown), Instant.MIN));
    }

    /// A call begun at `begun` was answered.
    public SharedCooldowns answered(Instant begun) {
        return begun.isAfter(answered) ? joined(new SharedCooldowns(List.of(), begun)) : this;
    }

    public SharedCooldowns joined(SharedCooldowns other) {
        Instant latest = Instants.later(answered, other.answered);
        List<CooledDown> all = Stream.concat(cooldowns.stream(), other.cooldowns.stream())
                .filter(cooldown -> cooldown.since().isAfter(latest))
                .sorted(LONGEST_FIRST)
                .toList();
        Instant seen = Instant.MIN;
        var last = Stream.<CooledDown>builder();
        for (CooledDown cooldown : all) {
            if (cooldown.since().isAfter(seen)) {
                seen = cooldown.since();
                last.add(cooldown);
            }
        }
        return new SharedCooldowns(last.build().limit(MOST).toList(), latest);
    }

    /// The cooldown that ends last; null for none.
    public @Nullable CooledDown longest() {
        return cooldowns.isEmpty() ? null : cooldowns.getFirst();
    }
}
