package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.quota.AcceptedCalls.AcceptedCall;
import io.keywheel.domain.quota.AcceptedCalls.Taken;
import io.keywheel.domain.quota.InFlightCalls.Call;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A provider's bucket, estimated from its last report and the calls since.
///
/// A full bucket holds its limit and no more. A bucket that refills in one step is full at its reset. The first call
/// after that begins a window as long as the reported reset time, because nothing else is known.
///
/// No call takes more than the bucket holds, and the bucket never falls below minus one limit. So it is never
/// further from full than two limits, for any values of clients and providers. It is full after
/// [RateLimitStatus#LONGEST_WINDOW] at the latest.
///
/// @param reportingCallStart the start of the call whose answer reported the bucket
/// @param left the amount at `since`, less all that was taken from then on
/// @param assumed whether the bucket has been full since its report
record TokenBucket(
        Bucket reported, Instant reportingCallStart, double perNano, long left, Instant since, boolean assumed) {

    private static final Duration MOST_MARGIN = Duration.ofMillis(10);

    /// A report rounds down the remaining count, but not the time until the bucket is full. So a continuous
    /// bucket fills at most as fast as if the count were exact. It fills at least as fast as if nearly one more
    /// remained; at least one is missing, which the call took. The rate stays within these bounds from report to
    /// report, and determines the fraction.
    ///
    /// @param acceptedAt when the reporting call was accepted. A bucket that refills requests counts as reported
    ///     at the start of that call, because each call takes about as long to arrive. Tokens are only estimated,
    ///     and keep this time as a reserve
    /// @param before the previous state of the bucket; null for none
    static TokenBucket reported(
            Bucket report, Instant acceptedAt, Instant reportingCallStart, @Nullable TokenBucket before) {
        double fastest = perNano(report);
        Instant at = report.continuous() && !report.countsTokens() ? reportingCallStart : acceptedAt;
        if (fastest == 0 || before == null || before.perNano == 0 || before.limit() != limit(report)) {
            return new TokenBucket(report, reportingCallStart, fastest, report.remaining(), at, false);
        }
        double missing = limit(report) - report.remaining();
        double rate = Math.clamp(before.perNano, fastest * Math.max(1, missing - 1) / missing, fastest);
        Duration fraction = Duration.ofNanos(Math.round(missing / rate - missing / fastest));
        return new TokenBucket(report, reportingCallStart, rate, report.remaining(), at.minus(fraction), false);
    }

    /// When the bucket is full; null if unknown.
    @Nullable
    Instant fullAt() {
        Long limit = reported.limit();
        if (perNano > 0 && limit != null) {
            return since.plus(RateLimitStatus.bounded(
                    Duration.ofNanos((long) Math.ceil(Math.max(0, limit - left) / perNano))));
        }
        Duration reset = reported.reset();
        return reset == null ? null : since.plus(reset);
    }

    private static double perNano(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.continuous() && limit != null && reset != null && reset.isPositive()
                ? (double) (limit - bucket.remaining()) / reset.toNanos()
                : 0;
    }

    /// This bucket, full from `now` on if it is full by then.
    private TokenBucket asOf(Instant now) {
        if (!isFullAt(now)) {
            return this;
        }
        return new TokenBucket(reported, reportingCallStart, perNano, limit(), now, true);
    }

    private boolean isFullAt(Instant now) {
        Instant full = fullAt();
        return full != null && !now.isBefore(full);
    }

    private long limit() {
        return limit(reported);
    }

    /// The content of a full bucket; if its size is unknown, more than any call takes.
    private static long limit(Bucket bucket) {
        Long limit = bucket.limit();
        return limit == null ? RateLimitStatus.MOST_COUNTED : limit;
    }

    String name() {
        return reported.name();
    }

    /// Whether the reporting call began before `begun`.
    boolean isOlderThan(Instant begun) {
        return reportingCallStart.isBefore(begun);
    }

    /// Whether its report shows more than `other`, which a call begun at `begun` reported. For a continuous
    /// bucket, the time at which it is full decides, because each call delays that. A later call may report a
    /// higher remaining count.
    boolean isAbove(Bucket other, Instant begun) {
        Instant full = fullAsReported(reported, reportingCallStart);
        Instant otherFull = fullAsReported(other, begun);
        if (full == null || otherFull == null) {
            return reported.remaining() > other.remaining();
        }
        return full.isBefore(otherFull);
    }

    private static @Nullable Instant fullAsReported(Bucket bucket, Instant of) {
        Duration reset = bucket.reset();
        return reset != null && perNano(bucket) > 0 ? of.plus(reset) : null;
    }

    /// The bucket less the usage of ended calls.
    TokenBucket spent(long calls, long tokens, Instant now) {
        long amount = reported.countsTokens() ? tokens : calls;
        return amount == 0 ? this : minus(amount, now);
    }

    private TokenBucket minus(long amount, Instant now) {
        TokenBucket before = asOf(now);
        long least = -limit() - before.refilledBy(now);
        return before.with(Math.max(before.left - amount, least));
    }

    private TokenBucket with(long newLeft) {
        return new TokenBucket(reported, reportingCallStart, perNano, newLeft, since, assumed);
    }

    /// The bucket less what `call` takes, at most what the bucket holds. The amount is recorded in the call.
    TokenBucket takenBy(AcceptedCall call, Instant now) {
        Instant at = refillsRequests() ? call.call.begun() : now;
        TokenBucket before = asOf(at);
        // A call takes a whole request, although the last one may not have refilled completely: reports count
        // whole requests.
        TokenBucket after = reported.countsTokens()
                ? before.minus(Math.clamp(before.left + before.refilledBy(at), 0, reserved(call)), at)
                : before.minusRequest(at);
        call.taken.put(name(), new Taken(before.left - after.left, reportingCallStart, after.since));
        return after;
    }

    /// The tokens that `call` takes. If the estimate of an accepted call is above the limit of the bucket, the
    /// provider counts differently. The call then takes one token, because one client's huge `max_tokens` must not
    /// block all others.
    private long reserved(AcceptedCall call) {
        long estimatedTokens = call.call.estimatedTokens();
        Long limit = reported.limit();
        long largest = limit == null ? reported.remaining() : limit;
        return estimatedTokens > largest ? 1 : Math.max(0, estimatedTokens);
    }

    /// The bucket after `call` has returned what it took and did not spend. Nothing returns if the bucket has been
    /// full, or was reported by another call, since `call` took from it.
    TokenBucket refundedBy(AcceptedCall call, SpentTokens spentTokens, Instant now) {
        Taken taken = call.taken.get(name());
        if (taken == null
                || !taken.reportingCallStart().equals(reportingCallStart)
                || !taken.since().equals(since)
                || isFullAt(now)) {
            return this;
        }
        long back = taken.amount() - (reported.countsTokens() ? spentTokens.tokens() : spentTokens.calls());
        return with(left + Math.max(0, back));
    }

    private long refilledBy(Instant now) {
        return now.isAfter(since)
                ? (long) (perNano * Duration.between(since, now).toNanos())
                : 0;
    }

    /// Whether the bucket counts requests and is continuous. A call then takes one when it is sent, and the next
    /// one refills from then on, however long the answer takes. Other buckets keep a reserve for the calls in
    /// flight. Tokens are only estimated, and a bucket that refills in one step may do so before a call arrives.
    boolean refillsRequests() {
        return perNano > 0 && !reported.countsTokens();
    }

    /// How much sooner than the call before it a call may arrive: each refilled request is used so much later. A
    /// bucket of one request loses that time each time, a larger one only once.
    Duration margin() {
        return refillsRequests()
                ? Duration.ofNanos(Math.min(MOST_MARGIN.toNanos(), Math.round(limit() / perNano / 25)))
                : Duration.ZERO;
    }

    /// The bucket less what the calls in flight have taken since its report.
    private TokenBucket minusCalls(InFlightCalls inFlight) {
        Instant known = reportingCallStart.minus(margin());
        TokenBucket less = this;
        for (Call call : inFlight.list()) {
            less = call.begun().isAfter(known) ? less.minusRequest(call.begun()) : less;
        }
        return less;
    }

    /// The bucket less a request that is sent at `at`, unless that request has refilled by `since`.
    private TokenBucket minusRequest(Instant at) {
        return refillsRequests() && !at.plusNanos(Math.round(1 / perNano)).isAfter(since) ? this : minus(1, at);
    }

    /// When the bucket holds enough for one more call beside those in flight, as [#roomFrom].
    Instant roomBeside(InFlightCalls inFlight, long need, Instant now) {
        Instant room = roomFrom(inFlight.count(), inFlight.tokens(), need, now);
        return refillsRequests() && room.isAfter(now) ? minusCalls(inFlight).roomFrom(0, 0, need, now) : room;
    }

    /// Whether the bucket holds enough now, with the arguments of [#roomFrom].
    boolean hasRoomFor(int calls, long tokens, long need, Instant now) {
        return !roomFrom(calls, tokens, need, now).isAfter(now);
    }

    /// Compares whole nanoseconds, the precision of `since`: otherwise, a fraction of a token could be missing
    /// for ever.
    private boolean hasFilledTo(long amount, Instant now) {
        return left >= amount || Duration.between(since, now).toNanos() >= nanosTo(amount);
    }

    /// A huge number if the bucket is not continuous.
    private long nanosTo(long amount) {
        return (long) Math.ceil((amount - left) / perNano);
    }

    /// When the bucket holds enough for `calls` calls of `tokens` tokens in all, and for one more. The result is
    /// `now` or later; [Instant#MAX] for never or unknown. Other calls are ignored.
    ///
    /// @param need the tokens of the additional call
    Instant roomFrom(int calls, long tokens, long need, Instant now) {
        Instant certain = now.minus(margin());
        TokenBucket known = asOf(certain);
        long amount = reported.countsTokens() ? tokens + tokensOf(need) : calls + 1;
        if (known.hasFilledTo(amount, certain)) {
            return now;
        }
        Instant full = known.fullAt();
        Instant filled = perNano > 0 ? Instants.earlier(known.since.plusNanos(known.nanosTo(amount)), full) : full;
        return filled == null || amount > limit() ? Instant.MAX : filled.plus(margin());
    }

    /// Whether the bucket has been full since its report, so that its next reset is unknown.
    boolean isAssumed(Instant now) {
        return perNano == 0 && asOf(now).assumed;
    }

    long largestFitting(Instant now) {
        if (!reported.countsTokens()) {
            return Long.MAX_VALUE;
        }
        TokenBucket known = asOf(now);
        long most = known.left + known.refilledBy(now);
        return known.hasFilledTo(most, now) ? most : most - 1;
    }

    /// The largest need that waits at least as long as `need`: a call above the limit does not wait.
    long limitFor(long need) {
        Long limit = reported.limit();
        return reported.countsTokens() && limit != null && need <= limit ? limit : Long.MAX_VALUE;
    }

    /// The tokens that a call of `need` waits for: one if the limit is unknown, or lower than `need`, so that
    /// waiting would not help.
    private long tokensOf(long need) {
        Long limit = reported.limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
