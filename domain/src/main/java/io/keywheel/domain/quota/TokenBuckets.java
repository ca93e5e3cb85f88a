package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.quota.AdmittedCalls.AdmittedCall;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the buckets of a quota group hold for one model, as far as the provider has reported.
final class TokenBuckets {

    /// Calls that begin within such a time arrive in any order.
    private static final Duration REORDERING_TOLERANCE = Duration.ofMillis(100);

    /// No provider has nearly as many limits.
    private static final int MOST = 32;

    private final List<TokenBucket> tokenBuckets = new ArrayList<>();

    /// A copy of those that keep calls in flight in reserve.
    TokenBuckets withReserve() {
        var copy = new TokenBuckets();
        tokenBuckets.stream().filter(bucket -> !bucket.refillsRequests()).forEach(copy.tokenBuckets::add);
        return copy;
    }

    boolean isEmpty() {
        return tokenBuckets.isEmpty();
    }

    /// Whether each has not been reset since its report, and holds enough for so many calls and one more of `need`.
    boolean areKnownToHold(int calls, long tokens, long need, Instant now) {
        return tokenBuckets.stream().allMatch(it -> !it.isAssumed(now) && it.hasRoomFor(calls, tokens, need, now));
    }

    /// When each holds enough for one more beside the calls in flight: `now`, or later, or [Instant#MAX] where that is
    /// never, or not known.
    ///
    /// @param need the tokens of the one more
    Instant roomBeside(InFlightCalls inFlight, long need, Instant now) {
        Instant room = now;
        for (TokenBucket tokenBucket : tokenBuckets) {
            room = Instants.later(room, tokenBucket.roomBeside(inFlight, need, now));
        }
        return room;
    }

    /// From when on enough is left for a call of `need`: `now`, too, where it is not known.
    Instant enoughFrom(long need, Instant now) {
        Instant enough = now;
        for (TokenBucket tokenBucket : tokenBuckets) {
            Instant from = tokenBucket.isAssumed(now) ? now : tokenBucket.roomFrom(0, 0, need, now);
            enough = from.equals(Instant.MAX) ? enough : Instants.later(enough, from);
        }
        return enough;
    }

    /// The largest need of which all hold enough, as far as is known: a larger one waits for more than an
    /// outcome.
    long largestFitting(Instant now) {
        return tokenBuckets.stream()
                .filter(tokenBucket -> !tokenBucket.isAssumed(now))
                .mapToLong(tokenBucket -> tokenBucket.largestFitting(now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// The largest need that they hold back for at least as long as `need`.
    long limitFor(long need) {
        return tokenBuckets.stream()
                .mapToLong(tokenBucket -> tokenBucket.limitFor(need))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// Takes `call`, which was admitted, from each bucket that was last reported to a call begun earlier.
    void take(AdmittedCall call, Instant now) {
        Instant begun = call.call().begun();
        tokenBuckets.replaceAll(
                tokenBucket -> tokenBucket.isOlderThan(begun) ? tokenBucket.takenBy(call, now) : tokenBucket);
    }

    /// `call` has ended, having spent so much. Where it reports on a bucket, what it has spent is in its report, or
    /// in that of a call that is known to have arrived later.
    void giveBack(AdmittedCall call, SpentTokens spentTokens, RateLimitStatus rateLimitStatus, Instant now) {
        tokenBuckets.replaceAll(tokenBucket -> tokenBucket.givenBackBy(
                call,
                rateLimitStatus.buckets().stream().map(Bucket::name).anyMatch(tokenBucket::isOf)
                        ? SpentTokens.NOTHING
                        : spentTokens,
                now));
    }

    /// Whether a report replaces what is known: that of the later call wins, and of simultaneous calls the lower one.
    boolean isSupersededBy(Bucket bucket, Instant begun) {
        TokenBucket before = of(bucket.name());
        return before == null
                || before.isOlderThan(begun.minus(REORDERING_TOLERANCE))
                || (before.isOlderThan(begun.plus(REORDERING_TOLERANCE)) && before.isAbove(bucket, begun));
    }

    /// Where there are too many, the one that was reported on first is forgotten: other gateways may name any.
    void put(TokenBucket tokenBucket) {
        tokenBuckets.remove(of(tokenBucket.bucket()));
        if (tokenBuckets.size() >= MOST) {
            tokenBuckets.removeFirst();
        }
        tokenBuckets.add(tokenBucket);
    }

    /// Knows of one group what was known of two.
    void absorb(TokenBuckets other) {
        for (TokenBucket tokenBucket : other.tokenBuckets) {
            TokenBucket mine = of(tokenBucket.bucket());
            if (mine == null || mine.isOlderThan(tokenBucket.reportedOf())) {
                put(tokenBucket);
            }
        }
    }

    @Nullable
    TokenBucket of(String bucket) {
        for (TokenBucket tokenBucket : tokenBuckets) {
            if (tokenBucket.isOf(bucket)) {
                return tokenBucket;
            }
        }
        return null;
    }
}
