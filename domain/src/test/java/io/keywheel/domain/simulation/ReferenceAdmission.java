package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The calls of one quota group and model, and admission of another call. A call is in flight until it is admitted
/// or refused by the provider.
final class ReferenceAdmission {

    /// A call without refusal for this time counts as accepted.
    static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    /// Calls that begin within this time count as simultaneous.
    private static final Duration TOGETHER = Duration.ofMillis(100);

    /// When a running call was accepted, and the calls accepted after it.
    private record Accepted(Instant at, List<Asked> since) {}

    private final List<Asked> inFlight = new ArrayList<>();
    private final Map<Asked, Accepted> accepted = new HashMap<>();
    private final Map<String, ReferenceBucket> buckets = new HashMap<>();
    private @Nullable Instant lastLimit;
    private long window;
    private long sinceLastLimit;
    private long betweenLastLimits;

    /// When admission is decided at the latest; null if a call of `need` tokens is admitted now.
    @Nullable
    Instant blockedUntil(long need, Instant now) {
        goOnTo(now);
        if (inFlight.isEmpty()) {
            return null;
        }
        Instant settled = inFlight.getFirst().begun().plus(A_REFUSAL_TAKES);
        long proven = Math.min(window, 1 + Math.abs(betweenLastLimits - sinceLastLimit));
        if (lastLimit != null && inFlight.size() >= proven) {
            return settled;
        }
        Instant filled = null;
        long tokens = inFlight.stream()
                .mapToLong(call -> call.attempt.estimatedTokens())
                .sum();
        for (ReferenceBucket known : buckets.values()) {
            ReferenceBucket bucket = known.refillsRequests() ? onceAllAreAccepted(known, known.margin()) : known;
            long others = bucket.bucket.countsTokens() ? tokens : inFlight.size();
            long wanted = (bucket.refillsRequests() ? 0 : others) + bucket.counts(need);
            if (bucket.left(now) < wanted) {
                filled = ReferenceModel.later(filled, bucket.filledTo(wanted, now));
            }
        }
        return filled == null || filled.isBefore(settled) ? filled : settled;
    }

    /// When each bucket holds `need` tokens after all calls in flight are accepted; null for now.
    @Nullable
    Instant enoughFrom(long need, Instant now) {
        goOnTo(now);
        Instant enough = enoughFrom(buckets.values(), need, now);
        return enough == null
                ? null
                : ReferenceModel.later(
                        enough,
                        enoughFrom(
                                buckets.values().stream()
                                        .map(bucket -> onceAllAreAccepted(bucket, Duration.ZERO))
                                        .toList(),
                                need,
                                now));
    }

    /// @param margin how long before the bucket's report a call may have begun that it does not include
    private ReferenceBucket onceAllAreAccepted(ReferenceBucket bucket, Duration margin) {
        var later = bucket.copy();
        inFlight.stream()
                .filter(call -> call.begun().isAfter(bucket.begun.minus(margin)))
                .forEach(call -> later.take(call, call.begun().plus(A_REFUSAL_TAKES)));
        return later;
    }

    private @Nullable Instant enoughFrom(Collection<ReferenceBucket> all, long need, Instant now) {
        Instant latest = null;
        for (ReferenceBucket bucket : all) {
            long wanted = bucket.counts(need);
            Instant filled = bucket.filledTo(wanted, now);
            if (bucket.left(now) < wanted && filled.isBefore(Instant.MAX) && !bucket.isGuess(now)) {
                latest = ReferenceModel.later(latest, filled);
            }
        }
        return latest;
    }

    void join(Asked call) {
        goOnTo(call.begun());
        inFlight.add(call);
    }

    /// Adds the calls of another group of the same organisation.
    ReferenceAdmission mergedWith(ReferenceAdmission other, Instant now) {
        goOnTo(now);
        other.goOnTo(now);
        inFlight.addAll(other.inFlight);
        inFlight.sort(Comparator.comparing(Asked::begun));
        accepted.forEach((_, mine) -> other.accepted.forEach((call, theirs) -> {
            if (!theirs.at().isBefore(mine.at())) {
                mine.since().add(call);
            }
        }));
        other.accepted.forEach((_, theirs) -> accepted.forEach((call, mine) -> {
            if (mine.at().isAfter(theirs.at())) {
                theirs.since().add(call);
            }
        }));
        accepted.putAll(other.accepted);
        other.buckets.forEach((name, theirs) ->
                buckets.merge(name, theirs, (mine, _) -> theirs.begun.isAfter(mine.begun) ? theirs : mine));
        if (other.lastLimit != null && (lastLimit == null || other.lastLimit.isAfter(lastLimit))) {
            lastLimit = other.lastLimit;
            window = other.window;
            sinceLastLimit = other.sinceLastLimit;
            betweenLastLimits = other.betweenLastLimits;
        }
        return this;
    }

    /// Removes an ended call, accepted or not.
    void leave(Asked call, Instant now) {
        goOnTo(now);
        inFlight.remove(call);
        end(call, RateLimitStatus.UNKNOWN, now);
    }

    private @Nullable Accepted end(Asked call, RateLimitStatus rateLimitStatus, Instant now) {
        Accepted ended = accepted.remove(call);
        if (ended != null) {
            Set<String> reported =
                    rateLimitStatus.buckets().stream().map(Bucket::name).collect(Collectors.toSet());
            buckets.forEach((name, bucket) -> bucket.end(call, reported.contains(name), now));
        }
        return ended;
    }

    void answering(Asked call, Instant now) {
        goOnTo(now);
        if (inFlight.contains(call)) {
            accept(call, now);
        }
    }

    void limited(Asked call, Instant now) {
        goOnTo(now);
        if (lastLimit == null || call.begun().isAfter(lastLimit)) {
            betweenLastLimits = sinceLastLimit == 0 ? betweenLastLimits : sinceLastLimit;
            sinceLastLimit = 0;
            window = 1;
            lastLimit = now;
        }
    }

    /// Applies the quota report of an answer or rate limit, as of the time of acceptance.
    void reports(Asked call, RateLimitStatus rateLimitStatus, Instant now) {
        goOnTo(now);
        Accepted ended = end(call, rateLimitStatus, now);
        Accepted own = ended == null ? new Accepted(now, List.of()) : ended;
        for (Bucket bucket : rateLimitStatus.buckets()) {
            var reported = new ReferenceBucket(
                    bucket, call.begun(), bucket.continuous() && !bucket.countsTokens() ? call.begun() : own.at());
            own.since().stream()
                    .filter(other -> !accepted.containsKey(other))
                    .forEach(other -> reported.spend(other, now));
            own.since().stream()
                    .filter(accepted::containsKey)
                    .sorted(Comparator.comparing(
                            other -> Objects.requireNonNull(accepted.get(other)).at()))
                    .forEach(other -> reported.take(other, now));
            buckets.merge(bucket.name(), reported, (old, _) -> isWorthMore(reported, old) ? reported : old);
        }
    }

    private static boolean isWorthMore(ReferenceBucket reported, ReferenceBucket old) {
        if (reported.begun.isAfter(old.begun.plus(TOGETHER))) {
            return true;
        }
        boolean earlier = !reported.begun.isAfter(old.begun.minus(TOGETHER));
        boolean continuous = reported.fillsContinuously() && old.fillsContinuously();
        boolean less = continuous
                ? reported.fullAsReported().isAfter(old.fullAsReported())
                : reported.bucket.remaining() < old.bucket.remaining();
        return !earlier && less;
    }

    private void goOnTo(Instant now) {
        while (!inFlight.isEmpty()) {
            Instant soon = inFlight.getFirst().begun().plus(A_REFUSAL_TAKES);
            if (soon.isAfter(now)) {
                return;
            }
            accept(inFlight.getFirst(), soon);
        }
    }

    private void accept(Asked call, Instant at) {
        boolean atItsLimit = inFlight.size() >= window;
        inFlight.remove(call);
        accepted.values().forEach(other -> other.since().add(call));
        accepted.put(call, new Accepted(at, new ArrayList<>()));
        buckets.values().stream()
                .filter(bucket -> call.begun().isAfter(bucket.begun))
                .forEach(bucket -> bucket.take(call, at));
        if (lastLimit == null || call.begun().isAfter(lastLimit)) {
            sinceLastLimit++;
            window += atItsLimit ? 1 : 0;
        } else {
            betweenLastLimits++;
        }
    }
}
