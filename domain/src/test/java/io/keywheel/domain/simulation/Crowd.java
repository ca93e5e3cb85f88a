package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.simulation.Coverage.Sight;
import io.keywheel.domain.simulation.Trip.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The calls of one quota group for one model, and whether another may join those of which nothing is known yet.
final class Crowd {

    /// Who has not been refused for so long has been let in.
    static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    /// Who begins within such a time begins together.
    private static final Duration TOGETHER = Duration.ofMillis(100);

    /// A call whose answer is under way, and who was let in after it.
    private record LetIn(Instant at, List<Asked> since) {}

    /// What an answer to a call `begun` then said of a bucket, as it was `at` the moment that let the call in, and who
    /// has `taken` from it since.
    private record Told(Bucket bucket, Instant begun, Instant at, List<Asked> taken) {}

    private final Coverage coverage;
    private final List<Asked> pending = new ArrayList<>();
    private final Map<Asked, LetIn> underWay = new HashMap<>();
    private final Map<String, Told> told = new HashMap<>();
    private long largestNeed;
    private long meanNeed;
    private @Nullable Instant lastLimit;
    private long window;
    private long sinceLastLimit;
    private long betweenLastLimits;

    Crowd(Coverage coverage) {
        this.coverage = coverage;
    }

    /// When more is known at the latest; null where another one may join now.
    @Nullable
    Instant barredUntil(Instant now) {
        goOnTo(now);
        if (pending.isEmpty()) {
            return null;
        }
        Instant heard = pending.getFirst().begun().plus(A_REFUSAL_TAKES);
        long proven = Math.min(window, 1 + Math.abs(betweenLastLimits - sinceLastLimit));
        if (lastLimit != null && pending.size() >= proven) {
            coverage.saw(Sight.TOO_FEW_LET_IN_FOR_ONE_MORE);
            return heard;
        }
        Instant filled = null;
        long tokens = pending.stream().mapToLong(call -> call.attempt.need()).sum();
        for (Told last : told.values()) {
            long wanted = last.bucket().countsTokens() ? tokens + tokens(last, largestNeed) : pending.size() + 1;
            if (!isFull(last, now) && left(last, now) < wanted) {
                coverage.saw(Sight.TOO_LITTLE_LEFT_FOR_ONE_MORE);
                filled = Known.later(filled, filledTo(last, wanted));
            }
        }
        return filled == null || filled.isBefore(heard) ? filled : heard;
    }

    /// From when on each bucket holds enough for the like of `call`; null for now.
    @Nullable
    Instant enoughFrom(Asked call, Instant now) {
        Instant latest = null;
        for (Told last : told.values()) {
            boolean evenly = last.bucket().evenly();
            long need = evenly ? largestNeed : Math.min(call.attempt.need(), meanNeed);
            long wanted = last.bucket().countsTokens() ? tokens(last, need) : 1;
            Duration reset = last.bucket().reset();
            if (reset != null && !isFull(last, now) && left(last, now) < wanted) {
                coverage.saw(evenly ? Sight.REST_UNTIL_ENOUGH_IS_FILLED : Sight.REST_UNTIL_ALL_IS_FILLED);
                latest = Known.later(latest, filledTo(last, wanted));
            }
        }
        return latest;
    }

    void join(Asked call) {
        goOnTo(call.begun());
        if (!pending.isEmpty()) {
            coverage.saw(Sight.JOINING_OTHERS);
        }
        pending.add(call);
    }

    /// The calls of another group that turned out to be the same.
    Crowd joinedBy(Crowd other, Instant now) {
        goOnTo(now);
        other.goOnTo(now);
        pending.addAll(other.pending);
        pending.sort(Comparator.comparing(Asked::begun));
        underWay.putAll(other.underWay);
        largestNeed = Math.max(largestNeed, other.largestNeed);
        meanNeed = Math.max(meanNeed, other.meanNeed);
        other.told.forEach((name, news) ->
                told.merge(name, news, (old, _) -> news.begun().isAfter(old.begun()) ? news : old));
        if (other.lastLimit != null && (lastLimit == null || other.lastLimit.isAfter(lastLimit))) {
            lastLimit = other.lastLimit;
            window = other.window;
            sinceLastLimit = other.sinceLastLimit;
            betweenLastLimits = other.betweenLastLimits;
        }
        return this;
    }

    void leave(Asked call, Instant now) {
        goOnTo(now);
        pending.remove(call);
        underWay.remove(call);
    }

    void answering(Asked call, Instant now) {
        goOnTo(now);
        if (pending.contains(call)) {
            letIn(call, now);
        }
    }

    /// Its answer has ended.
    void answered(Asked call) {
        underWay.remove(call);
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

    void tells(Asked call, Allowance allowance, Instant now) {
        goOnTo(now);
        LetIn letIn = underWay.getOrDefault(call, new LetIn(now, List.of()));
        for (Bucket bucket : allowance.buckets()) {
            Told news = new Told(bucket, call.begun(), letIn.at(), new ArrayList<>(letIn.since()));
            told.merge(bucket.name(), news, (old, _) -> isWorthMore(news, old) ? news : old);
        }
    }

    private static boolean isWorthMore(Told news, Told old) {
        if (news.begun().isAfter(old.begun().plus(TOGETHER))) {
            return true;
        }
        boolean earlier = !news.begun().isAfter(old.begun().minus(TOGETHER));
        return !earlier && news.bucket().remaining() < old.bucket().remaining();
    }

    private void goOnTo(Instant now) {
        while (!pending.isEmpty()) {
            Instant soon = pending.getFirst().begun().plus(A_REFUSAL_TAKES);
            if (soon.isAfter(now)) {
                return;
            }
            coverage.saw(Sight.LET_IN_UNHEARD);
            letIn(pending.getFirst(), soon);
        }
    }

    private void letIn(Asked call, Instant at) {
        boolean asManyAsMayBe = pending.size() >= window;
        pending.remove(call);
        long need = call.attempt.need();
        meanNeed = meanNeed == 0 ? need : meanNeed + (need - meanNeed) / 16;
        largestNeed = Math.max(need, largestNeed - largestNeed / 100);
        underWay.values().forEach(other -> other.since().add(call));
        underWay.put(call, new LetIn(at, new ArrayList<>()));
        told.values().stream()
                .filter(last -> call.begun().isAfter(last.begun().plus(TOGETHER)))
                .forEach(last -> last.taken().add(call));
        if (lastLimit == null || call.begun().isAfter(lastLimit)) {
            sinceLastLimit++;
            window += asManyAsMayBe ? 1 : 0;
        } else {
            betweenLastLimits++;
        }
    }

    /// At its reset at the latest; an end of time where nobody has told of one.
    private static Instant filledTo(Told last, long wanted) {
        Duration reset = last.bucket().reset();
        if (reset == null) {
            return Instant.MAX;
        }
        Duration enough = last.bucket().evenly()
                ? perUnit(last.bucket()).multipliedBy(wanted - last.bucket().remaining() + taken(last))
                : reset;
        return last.at().plus(enough.compareTo(reset) < 0 ? enough : reset);
    }

    private static boolean isFull(Told last, Instant now) {
        Duration reset = last.bucket().reset();
        return reset != null && !now.isBefore(last.at().plus(reset));
    }

    private long left(Told last, Instant now) {
        Duration perUnit = perUnit(last.bucket());
        long filled = perUnit.isZero() ? 0 : Duration.between(last.at(), now).dividedBy(perUnit);
        return last.bucket().remaining() + filled - taken(last);
    }

    private static long taken(Told last) {
        return last.taken().stream()
                .mapToLong(call -> last.bucket().countsTokens() ? call.attempt.need() : 1)
                .sum();
    }

    /// How long it takes to fill by one; zero where it fills all at once.
    private static Duration perUnit(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.evenly() && limit != null && reset != null && limit > bucket.remaining()
                ? reset.dividedBy(limit - bucket.remaining())
                : Duration.ZERO;
    }

    /// What no bucket of that size can hold is not its matter.
    private static long tokens(Told last, long need) {
        Long limit = last.bucket().limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
