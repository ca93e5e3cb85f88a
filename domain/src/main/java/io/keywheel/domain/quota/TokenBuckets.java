package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.quota.AcceptedCalls.AcceptedCall;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The buckets of a quota group for one model, as far as the provider has reported them.
final class TokenBuckets {

    /// Calls that begin within this time may arrive in any order.
    private static final Duration REORDERING_TOLERANCE = Duration.ofMillis(100);

    /// No provider has nearly as many limits.
    private static final int MOST = 32;

    /// By name, the one with the oldest report first.
    private final SequencedMap<String, TokenBucket> tokenBuckets = new LinkedHashMap<>();

    TokenBuckets copy() {
        var copy = new TokenBuckets();
        copy.tokenBuckets.putAll(tokenBuckets);
        return copy;
    }

    boolean isEmpty() {
        return tokenBuckets.isEmpty();
    }

    /// Whether no bucket was reset since its report, and each holds enough for `calls` and one more of `need`.
    boolean areKnownToHold(int calls, long tokens, long need, Instant now) {
        return tokenBuckets.values().stream()
                .allMatch(it -> !it.isAssumed(now) && it.hasRoomFor(calls, tokens, need, now));
    }

    /// When each bucket has room for one more call beside those in flight, as [TokenBucket#roomFrom].
    ///
    /// @param need the tokens of the additional call
    Instant roomBeside(InFlightCalls inFlight, long need, Instant now) {
        Instant room = now;
        for (TokenBucket tokenBucket : tokenBuckets.values()) {
            room = Instants.later(room, tokenBucket.roomBeside(inFlight, need, now));
        }
        return room;
    }

    /// When enough is left for a call of `need`; `now` if that is not known.
    Instant enoughFrom(long need, Instant now) {
        Instant enough = now;
        for (TokenBucket tokenBucket : tokenBuckets.values()) {
            Instant from = tokenBucket.isAssumed(now) ? now : tokenBucket.roomFrom(0, 0, need, now);
            enough = from.equals(Instant.MAX) ? enough : Instants.later(enough, from);
        }
        return enough;
    }

    /// The largest need for which all buckets hold enough, as far as is known. A larger call has to wait for a
    /// refill, not only for an outcome.
    long largestFitting(Instant now) {
        return tokenBuckets.values().stream()
                .filter(tokenBucket -> !tokenBucket.isAssumed(now))
                .mapToLong(tokenBucket -> tokenBucket.largestFitting(now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// As [TokenBucket#limitFor].
    long limitFor(long need) {
        return tokenBuckets.values().stream()
                .mapToLong(tokenBucket -> tokenBucket.limitFor(need))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// Subtracts the accepted `call` from each bucket that was last reported by an earlier call.
    void take(AcceptedCall call, Instant now) {
        Instant begun = call.call.begun();
        tokenBuckets.replaceAll(
                (_, tokenBucket) -> tokenBucket.isOlderThan(begun) ? tokenBucket.takenBy(call, now) : tokenBucket);
    }

    /// Returns what the ended `call` did not spend. If its answer reports on a bucket, all returns to that
    /// bucket: the report, or that of a later call, includes what was spent.
    void refund(AcceptedCall call, SpentTokens spentTokens, RateLimitStatus rateLimitStatus, Instant now) {
        tokenBuckets.replaceAll((name, tokenBucket) -> tokenBucket.refundedBy(
                call,
                rateLimitStatus.buckets().stream().map(Bucket::name).anyMatch(name::equals)
                        ? SpentTokens.NOTHING
                        : spentTokens,
                now));
    }

    /// Whether a report replaces the known bucket: the later call wins, and of simultaneous calls the lower
    /// report.
    boolean isSupersededBy(Bucket bucket, Instant begun) {
        TokenBucket before = of(bucket.name());
        return before == null
                || before.isOlderThan(begun.minus(REORDERING_TOLERANCE))
                || (before.isOlderThan(begun.plus(REORDERING_TOLERANCE)) && before.isAbove(bucket, begun));
    }

    /// Beyond [#MOST] buckets, the one with the oldest report is evicted, because other gateways may send any
    /// names.
    void put(TokenBucket tokenBucket) {
        tokenBuckets.putLast(tokenBucket.name(), tokenBucket);
        if (tokenBuckets.size() > MOST) {
            tokenBuckets.pollFirstEntry();
        }
    }

    void merge(TokenBuckets other) {
        for (TokenBucket tokenBucket : other.tokenBuckets.values()) {
            TokenBucket mine = of(tokenBucket.name());
            if (mine == null || mine.isOlderThan(tokenBucket.reportingCallStart())) {
                put(tokenBucket);
            }
        }
    }

    @Nullable
    TokenBucket of(String bucket) {
        return tokenBuckets.get(bucket);
    }
}
