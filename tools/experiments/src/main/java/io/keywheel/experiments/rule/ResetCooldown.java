package io.keywheel.experiments.rule;

import io.keywheel.experiments.world.Gauge;
import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Reply;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;

/// Cooldown by the resets in the headers of the 429, whichever limit they are of.
public final class ResetCooldown extends Cooldown {

    /// Where no header tells, as after a refused connection.
    private static final Duration OTHERWISE = Duration.ofSeconds(5);

    private final BinaryOperator<Duration> which;

    private ResetCooldown(List<Key> keys, BinaryOperator<Duration> which) {
        super(keys, keys.size());
        this.which = which;
    }

    /// Cooldown by the maximum reset: safe, its users say.
    public static ResetCooldown byMaximum(List<Key> keys) {
        return new ResetCooldown(keys, BinaryOperator.maxBy(Comparator.naturalOrder()));
    }

    /// Cooldown by the minimum reset: back as early as can be, its users say.
    public static ResetCooldown byMinimum(List<Key> keys) {
        return new ResetCooldown(keys, BinaryOperator.minBy(Comparator.naturalOrder()));
    }

    @Override
    Duration cooldown(Reply reply) {
        return switch (reply) {
            case Reply.Limited limited ->
                limited.gauges().stream().map(Gauge::reset).reduce(which).orElse(OTHERWISE);
            case Reply.Broken _, Reply.Answered _ -> OTHERWISE;
        };
    }
}
