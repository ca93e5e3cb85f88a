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

/// What a provider's bucket holds, estimated from what was last said of it and what has been taken since.
///
/// Once full, it holds its limit and no more. One that fills at once is full at its reset; what is taken then
/// begins a time as long as was left of the last one, because nothing else is known.
///
/// No call takes more than it holds, and it never falls below minus one limit: so it is never further from full
/// than two limits, whatever clients and providers say, and is full after [RateLimitStatus#LONGEST_WINDOW] at the
/// latest.
///
/// @param reportedOf when the call had begun to which it was reported
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

    /// What remains is rounded down, and the time until it is full is not. So a continuous bucket fills at most as
    /// fast as if no fraction remained. It fills at least as fast as if nearly one more did, and the call took one.
    /// The rate stays within these bounds from report to report, and says what fraction remains.
    ///
    /// @param admittedAt of the call to which it was reported. Of requests that flow back, the report is of when
    ///     that call began, because each call takes about as long to arrive. Tokens are only estimated, and keep
    ///     this reserve
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

    /// Whether it was reported to a call from before `begun`.
    boolean isOlderThan(Instant begun) {
        return reportedOf.isBefore(begun);
    }

    /// Whether it was reported to hold more than `other`, reported to a call begun at `begun`. Each call puts off
    /// the time at which a continuous bucket is full; what remains may be more although the call was later.
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

    /// Less what is spent of it for good.
    TokenBucket less(long calls, long tokens, Instant now) {
        long amount = reported.countsTokens() ? tokens : calls;
        return amount == 0 ? this : less(amount, now);
    }

    private TokenBucket less(long amount, Instant now) {
        TokenBucket before = at(now);
        long least = -limit() - before.flowedBy(now);
        return of(reported, reportedOf, perNano, Math.max(before.left - amount, least), before.since, before.assumed);
    }

    /// Less what `call` takes, which remembers it: at most what the bucket holds.
    TokenBucket takenBy(AdmittedCall call, Instant now) {
        Instant at = refillsRequests() ? call.call().begun() : now;
        TokenBucket before = at(at);
        // A call takes one call whole: what has flowed back is known in whole calls, and the last one is nearly there.
        TokenBucket after = reported.countsTokens()
                ? before.less(Math.clamp(before.left + before.flowedBy(at), 0, reserved(call)), at)
                : before.lessOne(at);
        call.took(bucket(), new Taken(before.left - after.left, reportedOf, after.since));
        return after;
    }

    /// A call that was admitted although its estimate exceeds the bucket shows that the provider counts otherwise:
    /// clients choose `max_tokens`, and one must not take the quota of all others.
    private long reserved(AdmittedCall call) {
        long estimatedTokens = call.call().estimatedTokens();
        Long limit = reported.limit();
        long largest = limit == null ? reported.remaining() : limit;
        return estimatedTokens > largest ? 1 : Math.max(0, estimatedTokens);
    }

    /// With what `call` has taken and not spent. Once the bucket has been full, that has come back by itself.
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

    /// Whether its requests flow back: then a call takes one as it is sent, and the next one flows back from then on,
    /// however long the answer takes. Tokens are only estimated, and a bucket that refills at once may have done so
    /// between sending and arrival: of these, calls in flight are kept in reserve.
    boolean refillsRequests() {
        return perNano > 0 && !reported.countsTokens();
    }

    /// So much earlier than another one a call may arrive: the next request is used so much later. A bucket of one
    /// loses that time, and any larger one only waits for it once.
    Duration margin() {
        return refillsRequests()
                ? Duration.ofNanos(Math.min(MOST_MARGIN.toNanos(), Math.round(limit() / perNano / 25)))
                : Duration.ZERO;
    }

    /// Less what the calls in flight have taken of which its report does not know.
    private TokenBucket less(InFlightCalls inFlight) {
        Instant known = reportedOf.minus(margin());
        TokenBucket less = this;
        for (Call call : inFlight.list()) {
            less = call.begun().isAfter(known) ? less.lessOne(call.begun()) : less;
        }
        return less;
    }

    /// Less a request that is sent at `at`, unless it has flowed back before the bucket was full.
    private TokenBucket lessOne(Instant at) {
        return refillsRequests() && !at.plusNanos(Math.round(1 / perNano)).isAfter(since) ? this : less(1L, at);
    }

    /// When it holds enough for one more beside the calls in flight, as [#roomFrom].
    Instant roomBeside(InFlightCalls inFlight, long need, Instant now) {
        Instant room = roomFrom(inFlight.count(), inFlight.tokens(), need, now);
        return refillsRequests() && room.isAfter(now) ? less(inFlight).roomFrom(0, 0, need, now) : room;
    }

    /// Whether it holds enough now, as [#roomFrom].
    boolean hasRoomFor(int calls, long tokens, long need, Instant now) {
        return !roomFrom(calls, tokens, need, now).isAfter(now);
    }

    /// In whole nanoseconds, as the moment of `left` is: a fraction of a token that is missing
    /// then would be missing for ever.
    private boolean hasFilledTo(long amount, Instant now) {
        return left >= amount || Duration.between(since, now).toNanos() >= nanosTo(amount);
    }

    /// As good as for ever where nothing flows back.
    private long nanosTo(long amount) {
        return (long) Math.ceil((amount - left) / perNano);
    }

    /// When it holds enough for so many calls of so many tokens in all, and for one more, if no other takes from it:
    /// `now`, or later, or [Instant#MAX] where that is never, or not known.
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

    /// The largest need that it holds back for at least as long as `need`: it lets a call above its limit pass.
    long limitFor(long need) {
        Long limit = reported.limit();
        return reported.countsTokens() && limit != null && need <= limit ? limit : Long.MAX_VALUE;
    }

    /// What is known to be too much for it even when full is not waited for: it is refused for another reason.
    private long tokensOf(long need) {
        Long limit = reported.limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
