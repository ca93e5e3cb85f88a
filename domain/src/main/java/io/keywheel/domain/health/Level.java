package io.keywheel.domain.health;

import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a provider's bucket holds, reckoned from what was last said of it and what has been taken since. After its
/// reset it counts as full.
///
/// @param toldOf when the call had begun to which it was told
/// @param full when it is full again; null where nobody said
/// @param left what it held at `asOf`
record Level(Bucket told, Instant toldOf, @Nullable Instant full, double perNano, double left, Instant asOf) {

    /// @param toldAt when the provider said so
    static Level told(Bucket told, Instant toldAt, Instant toldOf) {
        Duration reset = told.reset();
        Instant full = reset == null ? null : toldAt.plus(Backoff.bounded(reset));
        return new Level(told, toldOf, full, perNano(told), told.remaining(), toldAt);
    }

    private static double perNano(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.evenly() && limit != null && reset != null && reset.isPositive()
                ? (double) Math.max(0, limit - bucket.remaining())
                        / Backoff.bounded(reset).toNanos()
                : 0;
    }

    String bucket() {
        return told.name();
    }

    boolean isOf(String bucket) {
        return told.name().equals(bucket);
    }

    /// Whether it was told to a call from before `begun`.
    boolean isOfBefore(Instant begun) {
        return toldOf.isBefore(begun);
    }

    boolean isAboveWhatIsLeftIn(Bucket other) {
        return told.remaining() > other.remaining();
    }

    boolean fillsEvenly() {
        return told.evenly();
    }

    Level less(int calls, long tokens, Instant now) {
        double less = leftAt(now) - (told.countsTokens() ? tokens : calls);
        return new Level(told, toldOf, full, perNano, less, now);
    }

    /// Whether it holds enough for so many calls of so many tokens in all, and for one more.
    ///
    /// @param need the tokens of the one more
    boolean holds(int calls, long tokens, long need, Instant now) {
        boolean isFull = full != null && !now.isBefore(full);
        return isFull || leftAt(now) >= amount(calls, tokens, need);
    }

    /// From when on it holds so much, if nobody takes anything. Null where that is now, or not known.
    @Nullable
    Instant holdsFrom(int calls, long tokens, long need, Instant now) {
        if (full == null || holds(calls, tokens, need, now)) {
            return null;
        }
        if (perNano == 0) {
            return full;
        }
        double missing = amount(calls, tokens, need) - leftAt(now);
        Instant enough = now.plusNanos((long) Math.ceil(missing / perNano));
        return enough.isBefore(full) ? enough : full;
    }

    private long amount(int calls, long tokens, long need) {
        return told.countsTokens() ? tokens + tokensOf(need) : calls + 1;
    }

    /// What is known to be too much for it even when full is not waited for: it is refused for another reason.
    private long tokensOf(long need) {
        Long limit = told.limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }

    private double leftAt(Instant now) {
        return perNano == 0
                ? left
                : left + perNano * Duration.between(asOf, now).toNanos();
    }
}
