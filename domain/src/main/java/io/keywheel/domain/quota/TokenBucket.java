package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.quota.AdmittedCalls.AdmittedCall;
import io.keywheel.domain.quota.AdmittedCalls.Taken;
import io.keywheel.domain.quota.InFlightCalls.Call;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A provider's bucket, estimated from its last report and the calls since.
///
/// A full bucket holds its limit and no more. A bucket that refills at once is full at its reset. The first call after
/// that begins a window as long as the rest of the last one: nothing else is known.
///
/// No call takes more than the bucket holds, and the bucket never falls below minus one limit. So it is never further
/// from full than two limits, whatever clients and providers say. It is full after [RateLimitStatus#LONGEST_WINDOW] at
/// the latest.
///
/// @param reportedOf when the call began whose answer reported the bucket
/// @param left what it held at `since`, less what has been taken from then on
/// @param full when it is full; null where it is unknown
/// @param assumed whether it has been full since it was reported
record TokenBucket(
        Bucket reported,
        Instant reportedOf,
        double perNano,
        long left,
        Instant since,
        @Nullable Instant full,
        boolean assumed) {

    private static final Duration MOST_MARGIN = Duration.ofMillis(10);

    /// A report rounds down what remains, but not the time until the bucket is full. So a continuous bucket fills
    /// at most as fast as if no fraction remained. It fills at least as fast as if nearly one more remained, and
    /// the call took one. The rate stays within these bounds from report to report, and shows which fraction
    /// remains.
    ///
    /// @param admittedAt when the call was admitted whose answer reported the bucket. If requests flow back, the
    ///     report is about the time when that call began, because each call takes about as long to arrive. Tokens
    ///     are only estimated, and keep this reserve
    /// @param before what was known of the same bucket; null for nothing
    static TokenBucket reported(Bucket report, Instant admittedAt, Instant reportedOf, @Nullable TokenBucket before) {
        double fastest = perNano(report);
        Instant at = report.continuous() && !report.countsTokens() ? reportedOf : admittedAt;
        if (fastest == 0 || before == null || before.perNano == 0 || before.limit() != limit(report)) {
            return of(report, reportedOf, fastest, report.remaining(), at, false);
        }
        double missing = limit(report) - report.remaining();
        double rate = Math.clamp(before.perNano, fastest * Math.max(1, missing - 1) / missing, fastest);
        Duration fraction = Duration.ofNanos(Math.round(missing / rate - missing / fastest));
        return of(report, reportedOf, rate, report.remaining(), at.minus(fraction), false);
    }

    private static TokenBucket of(
            Bucket report, Instant reportedOf, double perNano, long left, Instant since, boolean guessed) {
        return new TokenBucket(report, reportedOf, perNano, left, since, full(report, perNano, left, since), guessed);
    }

    private static @Nullable Instant full(Bucket report, double perNano, long left, Instant since) {
        Long limit = report.limit();
        if (perNano > 0 && limit != null) {
            return since.plus(RateLimitStatus.bounded(
                    Duration.ofNanos((long) Math.ceil(Math.max(0, limit - left) / perNano))));
        }
        Duration reset = report.reset();
        return reset == null ? null : since.plus(RateLimitStatus.bounded(reset));
    }

    private static double perNano(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.continuous() && limit != null && reset != null && reset.isPositive()
                ? (double) (limit - bucket.remaining())
                        / RateLimitStatus.bounded(reset).toNanos()
                : 0;
    }

    private TokenBucket at(Instant now) {
        if (!isFullAt(now)) {
            return this;
        }
        return of(reported, reportedOf, perNano, limit(), now, true);
    }

    private boolean isFullAt(Instant now) {
        return full != null && !now.isBefore(full);
    }

    private long limit() {
        return limit(reported);
    }

    /// The content of a full bucket of unknown size: more than any call takes.
    private static long limit(Bucket bucket) {
        Long limit = bucket.limit();
        return limit == null ? RateLimitStatus.MOST_COUNTED : limit;
    }

    String bucket() {
        return reported.name();
    }

    boolean isOf(String bucket) {
        return reported.name().equals(bucket);
    }

    /// Whether the answer to a call from before `begun` reported it.
    boolean isOlderThan(Instant begun) {
        return reportedOf.isBefore(begun);
    }

    /// Whether its report says more than `other`, which a call begun at `begun` reported. For a continuous bucket,
    /// the time at which it is full decides, because each call delays that. What remains may be more although the
    /// call was later.
    boolean isAbove(Bucket other, Instant begun) {
        Instant full = fullAsReported(reported, reportedOf);
        Instant otherFull = fullAsReported(other, begun);
        if (full == null || otherFull == null) {
            return reported.remaining() > other.remaining();
        }
        return full.isBefore(otherFull);
    }

    private static @Nullable Instant fullAsReported(Bucket bucket, Instant of) {
        Duration reset = bucket.reset();
        return reset != null && perNano(bucket) > 0 ? of.plus(RateLimitStatus.bounded(reset)) : null;
    }

    /// The bucket less what is spent for good.
    TokenBucket less(long calls, long tokens, Instant now) {
        long amount = reported.countsTokens() ? tokens : calls;
        return amount == 0 ? this : less(amount, now);
    }

    private TokenBucket less(long amount, Instant now) {
        TokenBucket before = at(now);
        long least = -limit() - before.flowedBy(now);
        return of(reported, reportedOf, perNano, Math.max(before.left - amount, least), before.since, before.assumed);
    }

    /// The bucket less what `call` takes, at most what the bucket holds. The call remembers the amount.
    TokenBucket takenBy(AdmittedCall call, Instant now) {
        Instant at = refillsRequests() ? call.call().begun() : now;
        TokenBucket before = at(at);
        // A call takes a whole request, although the last one may not have flowed back quite: reports count
        // whole requests.
        TokenBucket after = reported.countsTokens()
                ? before.less(Math.clamp(before.left + before.flowedBy(at), 0, reserved(call)), at)
                : before.lessOne(at);
        call.took(bucket(), new Taken(before.left - after.left, reportedOf, after.since));
        return after;
    }

    /// The tokens that `call` takes. If a call was admitted although its estimate exceeds the bucket, the provider
    /// counts otherwise. Then it takes one token: clients choose `max_tokens`, and one must not take the quota of
    /// all others.
    private long reserved(AdmittedCall call) {
        long estimatedTokens = call.call().estimatedTokens();
        Long limit = reported.limit();
        long largest = limit == null ? reported.remaining() : limit;
        return estimatedTokens > largest ? 1 : Math.max(0, estimatedTokens);
    }

    /// The bucket with what `call` has taken and not spent. Once the bucket has been full, that has come back by
    /// itself.
    TokenBucket givenBackBy(AdmittedCall call, SpentTokens spentTokens, Instant now) {
        Taken taken = call.taken(bucket());
        if (taken == null
                || !taken.reportedOf().equals(reportedOf)
                || !taken.since().equals(since)
                || isFullAt(now)) {
            return this;
        }
        long back = taken.amount() - (reported.countsTokens() ? spentTokens.tokens() : spentTokens.calls());
        return of(reported, reportedOf, perNano, left + Math.max(0, back), since, assumed);
    }

    private long flowedBy(Instant now) {
        return now.isAfter(since)
                ? (long) (perNano * Duration.between(since, now).toNanos())
                : 0;
    }

    /// Whether it counts requests and is continuous. Then a call takes one when it is sent, and the next one flows
    /// back from then on, however long the answer takes. Other buckets keep the calls in flight in reserve: tokens
    /// are only estimated, and a bucket that refills at once may do so before a call arrives.
    boolean refillsRequests() {
        return perNano > 0 && !reported.countsTokens();
    }

    /// How much sooner than another a call may arrive: each request that flows back is used so much later. A bucket
    /// of one request loses that time each time, a larger one only once.
    Duration margin() {
        return refillsRequests()
                ? Duration.ofNanos(Math.min(MOST_MARGIN.toNanos(), Math.round(limit() / perNano / 25)))
                : Duration.ZERO;
    }

    /// The bucket less what the calls in flight have taken since its report.
    private TokenBucket less(InFlightCalls inFlight) {
        Instant known = reportedOf.minus(margin());
        TokenBucket less = this;
        for (Call call : inFlight.list()) {
            less = call.begun().isAfter(known) ? less.lessOne(call.begun()) : less;
        }
        return less;
    }

    /// The bucket less a request that is sent at `at`, unless that flowed back before the bucket was full.
    private TokenBucket lessOne(Instant at) {
        return refillsRequests() && !at.plusNanos(Math.round(1 / perNano)).isAfter(since) ? this : less(1L, at);
    }

    /// When it holds enough for one more call beside those in flight, as [#roomFrom].
    Instant roomBeside(InFlightCalls inFlight, long need, Instant now) {
        Instant room = roomFrom(inFlight.count(), inFlight.tokens(), need, now);
        return refillsRequests() && room.isAfter(now) ? less(inFlight).roomFrom(0, 0, need, now) : room;
    }

    /// Whether it holds enough now, with the arguments of [#roomFrom].
    boolean hasRoomFor(int calls, long tokens, long need, Instant now) {
        return !roomFrom(calls, tokens, need, now).isAfter(now);
    }

    /// Compares whole nanoseconds, as `since` has them: a missing fraction of a token would be missing for ever.
    private boolean hasFilledTo(long amount, Instant now) {
        return left >= amount || Duration.between(since, now).toNanos() >= nanosTo(amount);
    }

    /// A huge number if nothing flows back.
    private long nanosTo(long amount) {
        return (long) Math.ceil((amount - left) / perNano);
    }

    /// When it holds enough for so many calls of so many tokens in all, and for one more. The result is `now`, or
    /// later, or [Instant#MAX] if that is never, or not known. Other calls are ignored.
    ///
    /// @param need the tokens of the one more
    Instant roomFrom(int calls, long tokens, long need, Instant now) {
        Instant certain = now.minus(margin());
        TokenBucket known = at(certain);
        long amount = amount(calls, tokens, need);
        if (known.hasFilledTo(amount, certain)) {
            return now;
        }
        Instant filled =
                perNano > 0 ? Instants.earlier(known.since.plusNanos(known.nanosTo(amount)), known.full) : known.full;
        return filled == null || amount > limit() ? Instant.MAX : filled.plus(margin());
    }

    /// Whether it has been full since its report, so that its next reset is unknown.
    boolean isAssumed(Instant now) {
        return perNano == 0 && at(now).assumed;
    }

    private long amount(int calls, long tokens, long need) {
        return reported.countsTokens() ? tokens + tokensOf(need) : calls + 1;
    }

    long largestFitting(Instant now) {
        if (!reported.countsTokens()) {
            return Long.MAX_VALUE;
        }
        TokenBucket known = at(now);
        long most = known.left + known.flowedBy(now);
        return known.hasFilledTo(most, now) ? most : most - 1;
    }

    /// The largest need that waits at least as long as `need`: a call above the limit does not wait.
    long limitFor(long need) {
        Long limit = reported.limit();
        return reported.countsTokens() && limit != null && need <= limit ? limit : Long.MAX_VALUE;
    }

    /// The tokens that a call of `need` waits for: one for a call that a full bucket could not take, which is
    /// refused for another reason.
    private long tokensOf(long need) {
        Long limit = reported.limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
