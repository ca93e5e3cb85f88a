package io.keywheel.experiments.simulation;

import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A limit of an organisation and its remaining units. Calls must be in the order of time.
public final class Limit {

    /// The kind of a limit.
    ///
    /// @param words the limit's name in a 429
    /// @param header its name in the headers of an answer; empty if none reports it
    /// @param ofTokens whether the limit counts tokens, not requests
    public record Kind(String words, String header, boolean ofTokens, long capacity, Duration period) {

        long units(Request request) {
            return ofTokens ? request.tokens() : 1;
        }
    }

    /// Smaller differences are rounding errors.
    private static final double NOTHING = 1e-6;

    public final Kind kind;
    private final double perNano;
    private double level;
    private Instant asOf;
    /// The end of the current period; null if the limit refills continuously.
    private @Nullable Instant end;

    private Limit(Kind kind, Instant now, @Nullable Instant end) {
        this.kind = kind;
        this.perNano = (double) kind.capacity / (double) kind.period.toNanos();
        this.level = (double) kind.capacity;
        this.asOf = now;
        this.end = end;
    }

    /// Refills continuously, as Groq's limits do.
    static Limit bucket(Kind kind, Instant now) {
        return new Limit(kind, now, null);
    }

    /// Restarts at the end of each period, as Cerebras' limits do.
    ///
    /// @param end the end of the first period
    static Limit window(Kind kind, Instant now, Instant end) {
        return new Limit(kind, now, end);
    }

    /// The time until `units` are available if nothing else is taken; zero if they are.
    public Duration until(long units, Instant now) {
        refill(now);
        double missing = (double) units - level;
        if (missing <= NOTHING) {
            return Duration.ZERO;
        }
        return end != null ? Duration.between(now, end) : Duration.ofNanos((long) Math.ceil(missing / perNano));
    }

    public void take(long units, Instant now) {
        refill(now);
        level -= (double) units;
    }

    public long remaining(Instant now) {
        refill(now);
        return (long) (level + NOTHING);
    }

    /// The most units that can be taken from `from` to `to`. Must be called at `from`.
    public double most(Instant from, Instant to) {
        refill(from);
        if (end == null) {
            return level + perNano * (double) Duration.between(from, to).toNanos();
        }
        long further =
                to.isAfter(end) ? 1 + Duration.between(end, to).minusNanos(1).dividedBy(kind.period) : 0;
        return level + (double) (further * kind.capacity);
    }

    RateLimitStatus.Bucket status(String name, Instant now) {
        long remaining = remaining(now);
        Duration reset = end != null ? Duration.between(now, end) : until(kind.capacity, now);
        return new RateLimitStatus.Bucket(name, kind.capacity, remaining, reset, end == null);
    }

    private void refill(Instant now) {
        if (end == null) {
            double refilled = perNano * (double) Duration.between(asOf, now).toNanos();
            level = Math.min((double) kind.capacity, level + refilled);
            asOf = now;
            return;
        }
        while (!now.isBefore(end)) {
            end = end.plus(kind.period);
            level = (double) kind.capacity;
        }
    }
}
