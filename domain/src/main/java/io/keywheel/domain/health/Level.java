package io.keywheel.domain.health;

import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a provider's bucket holds, reckoned from what was last said of it and what has been taken since.
///
/// Once full, it holds its limit and no more. One that fills at once is full at its reset; what is taken then
/// begins a time as long as was left of the last one, for nobody has said more.
///
/// @param toldOf when the call had begun to which it was told
/// @param left what it held at `since`, less what has been taken from then on
/// @param full when it is full; null where nobody said
/// @param guessed whether it has been full since it was told
record Level(
        Bucket told,
        Instant toldOf,
        double perNano,
        long left,
        Instant since,
        @Nullable Instant full,
        boolean guessed) {

    /// More than anybody takes: a bucket that is full, and of which nobody said how large it is.
    private static final long PLENTY = Long.MAX_VALUE / 2;

    /// @param toldAt when the provider said so
    static Level told(Bucket told, Instant toldAt, Instant toldOf) {
        return of(told, toldOf, perNano(told), told.remaining(), toldAt, false);
    }

    private static Level of(Bucket told, Instant toldOf, double perNano, long left, Instant since, boolean guessed) {
        return new Level(told, toldOf, perNano, left, since, full(told, perNano, left, since), guessed);
    }

    private static @Nullable Instant full(Bucket told, double perNano, long left, Instant since) {
        Long limit = told.limit();
        if (perNano > 0 && limit != null) {
            return since.plusNanos((long) Math.ceil(Math.max(0, limit - left) / perNano));
        }
        Duration reset = told.reset();
        return reset == null ? null : since.plus(Backoff.bounded(reset));
    }

    private static double perNano(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.evenly() && limit != null && reset != null && reset.isPositive()
                ? (double) Math.max(0, limit - bucket.remaining())
                        / Backoff.bounded(reset).toNanos()
                : 0;
    }

    private Level at(Instant now) {
        if (full == null || now.isBefore(full)) {
            return this;
        }
        Long limit = told.limit();
        return of(told, toldOf, perNano, limit == null ? PLENTY : limit, now, true);
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

    Level less(int calls, long tokens, Instant now) {
        Level before = at(now);
        long less = before.left - (told.countsTokens() ? tokens : calls);
        return of(told, toldOf, perNano, less, before.since, before.guessed);
    }

    /// Whether it holds enough for so many calls of so many tokens in all, and for one more.
    ///
    /// @param need the tokens of the one more
    boolean holds(int calls, long tokens, long need, Instant now) {
        return at(now).hasFilledTo(amount(calls, tokens, need), now);
    }

    /// In whole nanoseconds, as the moment at which it has is told in: a fraction of a token that is missing
    /// then would be missing for ever.
    private boolean hasFilledTo(long amount, Instant now) {
        return left >= amount || (perNano > 0 && Duration.between(since, now).toNanos() >= nanosTo(amount));
    }

    private long nanosTo(long amount) {
        return (long) Math.ceil((amount - left) / perNano);
    }

    /// From when on it holds so much, if nobody takes anything. Null where that is now, or never, or not known.
    @Nullable
    Instant holdsFrom(int calls, long tokens, long need, Instant now) {
        if (holds(calls, tokens, need, now)) {
            return null;
        }
        Level known = at(now);
        long amount = amount(calls, tokens, need);
        Long limit = told.limit();
        if (limit != null && amount > limit) {
            return null;
        }
        if (perNano > 0) {
            return known.since.plusNanos(known.nanosTo(amount));
        }
        return known.full;
    }

    /// Whether it has been full since it was told, and nobody has said when it is the next time.
    boolean isGuessed(Instant now) {
        return perNano == 0 && at(now).guessed;
    }

    private long amount(int calls, long tokens, long need) {
        return told.countsTokens() ? tokens + tokensOf(need) : calls + 1;
    }

    /// The largest need of which it holds enough.
    long mostHeld(Instant now) {
        if (!told.countsTokens()) {
            return Long.MAX_VALUE;
        }
        Level known = at(now);
        long most = known.left
                + (long) (perNano * Duration.between(known.since, now).toNanos());
        return known.hasFilledTo(most, now) ? most : most - 1;
    }

    /// The largest need that is its matter as one of `need` is.
    long limitFor(long need) {
        Long limit = told.limit();
        return told.countsTokens() && limit != null && need <= limit ? limit : Long.MAX_VALUE;
    }

    /// What is known to be too much for it even when full is not waited for: it is refused for another reason.
    private long tokensOf(long need) {
        Long limit = told.limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
