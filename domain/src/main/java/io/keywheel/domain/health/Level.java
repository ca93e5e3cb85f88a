package io.keywheel.domain.health;

import io.keywheel.domain.health.UnderWay.LetIn;
import io.keywheel.domain.health.UnderWay.Taken;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a provider's bucket holds, reckoned from what was last said of it and what has been taken since.
///
/// Once full, it holds its limit and no more. One that fills at once is full at its reset; what is taken then
/// begins a time as long as was left of the last one, for nobody has said more.
///
/// No call takes more than its limit, and it never falls below minus one limit: so it is never further from full
/// than two limits, whatever clients and providers say, and is full after [Backoff#LONGEST] at the latest.
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
            return since.plus(Backoff.bounded(Duration.ofNanos((long) Math.ceil(Math.max(0, limit - left) / perNano))));
        }
        Duration reset = told.reset();
        return reset == null ? null : since.plus(Backoff.bounded(reset));
    }

    private static double perNano(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.evenly() && limit != null && reset != null && reset.isPositive()
                ? (double) (limit - bucket.remaining()) / Backoff.bounded(reset).toNanos()
                : 0;
    }

    private Level at(Instant now) {
        if (!isFullAt(now)) {
            return this;
        }
        return of(told, toldOf, perNano, limit(), now, true);
    }

    private boolean isFullAt(Instant now) {
        return full != null && !now.isBefore(full);
    }

    /// More than anybody takes where nobody said how large it is.
    private long limit() {
        Long limit = told.limit();
        return limit == null ? Allowance.MOST_COUNTED : limit;
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

    /// Less what is spent of it for good.
    Level less(long calls, long tokens, Instant now) {
        return less(told.countsTokens() ? tokens : calls, now);
    }

    private Level less(long amount, Instant now) {
        Level before = at(now);
        long least = -limit() - before.flowedBy(now);
        return of(told, toldOf, perNano, Math.max(before.left - amount, least), before.since, before.guessed);
    }

    /// Less what `call` takes, who remembers it.
    Level takenBy(LetIn call, Instant now) {
        Level before = at(now);
        long amount = told.countsTokens() ? call.call().need() : 1;
        Level after = before.less(Math.min(amount, limit()), now);
        call.took(bucket(), new Taken(before.left - after.left, toldOf, after.since));
        return after;
    }

    /// With what `call` has taken and not spent. Once the bucket has been full, that has come back by itself.
    Level givenBackBy(LetIn call, Spent spent, Instant now) {
        Taken taken = call.taken(bucket());
        if (taken == null || !taken.toldOf().equals(toldOf) || !taken.since().equals(since) || isFullAt(now)) {
            return this;
        }
        long back = taken.amount() - (told.countsTokens() ? spent.tokens() : spent.calls());
        return back <= 0 ? this : of(told, toldOf, perNano, left + back, since, guessed);
    }

    private long flowedBy(Instant now) {
        return now.isAfter(since)
                ? (long) (perNano * Duration.between(since, now).toNanos())
                : 0;
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
        return perNano > 0 ? Moments.earlier(known.since.plusNanos(known.nanosTo(amount)), known.full) : known.full;
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
        long most = known.left + known.flowedBy(now);
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
