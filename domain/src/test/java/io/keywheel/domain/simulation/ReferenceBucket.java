package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A bucket as one answer reported it, minus the tokens taken since, plus the refunds.
final class ReferenceBucket {

    private static final Duration A_WEEK = Duration.ofDays(7);
    private static final Duration TEN_MILLIS = Duration.ofMillis(10);

    final Bucket bucket;

    /// When the reporting call began.
    final Instant begun;

    /// Tokens taken by calls that may still be refunded.
    private final Map<Asked, Long> taken = new HashMap<>();

    private final long limit;
    private final Duration perUnit;

    /// The level at `since`.
    private long left;

    private Instant since;

    /// Whether the bucket has been full since the report.
    private boolean guessed;

    ReferenceBucket(Bucket bucket, Instant begun, Instant reportedFor) {
        this.bucket = bucket;
        this.begun = begun;
        this.left = bucket.remaining();
        this.since = reportedFor;
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        this.limit = limit == null ? Integer.MAX_VALUE : limit;
        this.perUnit = bucket.continuous() && limit != null && reset != null && limit > bucket.remaining()
                ? reset.dividedBy(limit - bucket.remaining())
                : Duration.ZERO;
    }

    private ReferenceBucket(ReferenceBucket original) {
        this(original.bucket, original.begun, original.since);
        left = original.left;
        guessed = original.guessed;
        taken.putAll(original.taken);
    }

    ReferenceBucket copy() {
        return new ReferenceBucket(this);
    }

    /// The units that a call of `need` tokens takes; 1 for an estimate above the limit.
    long counts(long need) {
        return !bucket.countsTokens() || bucket.limit() == null || need > limit ? 1 : Math.max(1, need);
    }

    /// Takes the estimated tokens of `call`, which was admitted at `accepted`, at most the level.
    void take(Asked call, Instant accepted) {
        Instant at = refillsRequests() ? call.begun() : accepted;
        fill(at);
        long need = call.attempt.estimatedTokens();
        long holds = Math.max(0, left + flowed(at));
        long before = left;
        if (!refillsRequests() || at.plus(perUnit).isAfter(since)) {
            reduce(bucket.countsTokens() ? Math.min(need > limit ? 1 : need, holds) : 1, at);
        }
        taken.put(call, before - left);
    }

    /// Takes the spent tokens of the ended `call`.
    void spend(Asked call, Instant at) {
        if (spent(call) > 0) {
            fill(at);
            reduce(spent(call), at);
        }
    }

    /// Whether a call takes its request at its send time, from which the next one is refilled.
    boolean refillsRequests() {
        return fillsContinuously() && !bucket.countsTokens();
    }

    /// How much faster than another call one may reach the provider.
    Duration margin() {
        var part = Duration.ofNanos(Math.round(perUnit.multipliedBy(limit).toNanos() / 25.0));
        return refillsRequests() ? Collections.min(List.of(part, TEN_MILLIS)) : Duration.ZERO;
    }

    boolean fillsContinuously() {
        return !perUnit.isZero();
    }

    Instant fullAsReported() {
        return begun.plus(Objects.requireNonNull(bucket.reset()));
    }

    /// Refunds the unspent tokens of the ended `call`.
    ///
    /// @param reports whether the answer reports this bucket, so that the report includes the spent tokens
    void end(Asked call, boolean reports, Instant at) {
        // A bucket that becomes full begins a new window only at the next call.
        boolean full = isFull(at);
        Long own = full ? null : taken.remove(call);
        left += own == null ? 0 : Math.max(0, own - (reports ? 0 : spent(call)));
    }

    private long spent(Asked call) {
        return bucket.countsTokens() ? call.spentTokens : call.spentCalls;
    }

    /// Lowers the level, at most to minus the limit.
    private void reduce(long amount, Instant at) {
        left = Math.max(left - amount, -limit - flowed(at));
    }

    private void fill(Instant now) {
        if (isFull(now)) {
            left = limit;
            since = now;
            guessed = true;
            taken.clear();
        }
    }

    long left(Instant now) {
        Instant certain = now.minus(margin());
        return isFull(certain) ? limit : left + flowed(certain);
    }

    private long flowed(Instant now) {
        boolean grows = !perUnit.isZero() && now.isAfter(since);
        return grows ? Duration.between(since, now).dividedBy(perUnit) : 0;
    }

    /// Whether the level is only assumed, so that no request waits for its reset.
    boolean isGuess(Instant now) {
        return perUnit.isZero() && (guessed || isFull(now));
    }

    /// When the bucket holds `wanted`; [Instant#MAX] if unknown or never.
    Instant filledTo(long wanted, Instant now) {
        if (bucket.limit() != null && wanted > limit) {
            return Instant.MAX;
        }
        Instant certain = now.minus(margin());
        boolean isFull = isFull(certain);
        Instant from = isFull ? certain : since;
        long level = isFull ? limit : left;
        Instant full = full(level, from);
        Instant flowed = perUnit.isZero() ? Instant.MAX : from.plus(perUnit.multipliedBy(wanted - level));
        Instant filled = full == null || flowed.isBefore(full) ? flowed : full;
        return filled.equals(Instant.MAX) ? filled : filled.plus(margin());
    }

    private boolean isFull(Instant now) {
        Instant full = full(left, since);
        return full != null && !now.isBefore(full);
    }

    private @Nullable Instant full(long level, Instant from) {
        Duration reset = perUnit.isZero() ? bucket.reset() : perUnit.multipliedBy(Math.max(0, limit - level));
        return reset == null ? null : from.plus(reset.compareTo(A_WEEK) < 0 ? reset : A_WEEK);
    }
}
