package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.simulation.Coverage.Sight;
import io.keywheel.domain.simulation.Trip.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The calls of one quota group for one model, and whether another may join those of which nothing is known
/// yet.
final class Crowd {

    /// Who has not been refused for so long has been let in.
    static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    /// Who begins within such a time begins together.
    private static final Duration TOGETHER = Duration.ofMillis(100);

    /// A call whose answer is under way, and who was let in after it.
    private record LetIn(Instant at, List<Asked> since) {}

    private record Taken(Asked call, Instant at) {}

    /// What an answer to a call `begun` then said of a bucket, as it was `at` the moment that let the call in,
    /// and who has `taken` from it since.
    private record Told(Bucket bucket, Instant begun, Instant at, List<Taken> taken) {}

    /// What a bucket held at `since`, less what has been taken from then on.
    ///
    /// @param guessed whether it has been full since anybody told
    private record Stand(long left, Instant since, boolean guessed) {}

    private final Coverage coverage;
    private final List<Asked> pending = new ArrayList<>();
    private final Map<Asked, LetIn> underWay = new HashMap<>();
    private final Map<String, Told> told = new HashMap<>();
    private @Nullable Instant lastLimit;
    private long window;
    private long sinceLastLimit;
    private long betweenLastLimits;

    Crowd(Coverage coverage) {
        this.coverage = coverage;
    }

    /// When more is known at the latest; null where another one of `need` may join now.
    @Nullable
    Instant barredUntil(long need, Instant now) {
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
            long wanted = last.bucket().countsTokens() ? tokens + tokens(last, need) : pending.size() + 1;
            if (left(last, now) < wanted) {
                coverage.saw(Sight.TOO_LITTLE_LEFT_FOR_ONE_MORE);
                filled = Known.later(filled, filledTo(last, wanted, now));
            }
        }
        return filled == null || filled.isBefore(heard) ? filled : heard;
    }

    /// From when on each bucket holds enough for a call of `need`, those pending being let in; null for now.
    @Nullable
    Instant enoughFrom(long need, Instant now) {
        goOnTo(now);
        Instant enough = enoughFrom(told.values(), need, now);
        return enough == null
                ? null
                : Known.later(
                        enough,
                        enoughFrom(
                                told.values().stream()
                                        .map(this::onceAllAreLetIn)
                                        .toList(),
                                need,
                                now));
    }

    private Told onceAllAreLetIn(Told last) {
        var taken = new ArrayList<>(last.taken());
        pending.stream()
                .filter(call -> call.begun().isAfter(last.begun().plus(TOGETHER)))
                .forEach(call -> taken.add(new Taken(call, call.begun().plus(A_REFUSAL_TAKES))));
        return new Told(last.bucket(), last.begun(), last.at(), taken);
    }

    private @Nullable Instant enoughFrom(Collection<Told> all, long need, Instant now) {
        Instant latest = null;
        for (Told last : all) {
            long wanted = last.bucket().countsTokens() ? tokens(last, need) : 1;
            boolean guess = perUnit(last.bucket()).isZero() && stand(last, now).guessed();
            if (left(last, now) < wanted && filledTo(last, wanted, now).isBefore(Instant.MAX) && !guess) {
                coverage.saw(
                        last.bucket().evenly() ? Sight.REST_UNTIL_ENOUGH_IS_FILLED : Sight.REST_UNTIL_ALL_IS_FILLED);
                latest = Known.later(latest, filledTo(last, wanted, now));
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
            List<Taken> taken = new ArrayList<>();
            letIn.since().forEach(other -> taken.add(new Taken(other, now)));
            Told news = new Told(bucket, call.begun(), letIn.at(), taken);
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
        underWay.values().forEach(other -> other.since().add(call));
        underWay.put(call, new LetIn(at, new ArrayList<>()));
        told.values().stream()
                .filter(last -> call.begun().isAfter(last.begun().plus(TOGETHER)))
                .forEach(last -> last.taken().add(new Taken(call, at)));
        if (lastLimit == null || call.begun().isAfter(lastLimit)) {
            sinceLastLimit++;
            window += asManyAsMayBe ? 1 : 0;
        } else {
            betweenLastLimits++;
        }
    }

    /// An end of time where nobody has told when that is, and where it never is.
    private static Instant filledTo(Told last, long wanted, Instant now) {
        Stand stand = stand(last, now);
        Long limit = last.bucket().limit();
        if (limit != null && wanted > limit) {
            return Instant.MAX;
        }
        Duration perUnit = perUnit(last.bucket());
        if (!perUnit.isZero()) {
            return stand.since().plus(perUnit.multipliedBy(wanted - stand.left()));
        }
        Instant full = full(last, stand);
        return full == null ? Instant.MAX : full;
    }

    private static long left(Told last, Instant now) {
        Stand stand = stand(last, now);
        Duration perUnit = perUnit(last.bucket());
        boolean grows = !perUnit.isZero() && now.isAfter(stand.since());
        return stand.left() + (grows ? Duration.between(stand.since(), now).dividedBy(perUnit) : 0);
    }

    private static Stand stand(Told last, Instant now) {
        var stand = new Stand(last.bucket().remaining(), last.at(), false);
        for (Taken taken : last.taken()) {
            Stand before = filled(last, stand, taken.at());
            long less = last.bucket().countsTokens() ? taken.call().attempt.need() : 1;
            stand = new Stand(before.left() - less, before.since(), before.guessed());
        }
        return filled(last, stand, now);
    }

    private static Stand filled(Told last, Stand stand, Instant now) {
        Instant full = full(last, stand);
        if (full == null || now.isBefore(full)) {
            return stand;
        }
        Long limit = last.bucket().limit();
        return new Stand(limit == null ? Integer.MAX_VALUE : limit, now, true);
    }

    private static @Nullable Instant full(Told last, Stand stand) {
        Long limit = last.bucket().limit();
        Duration perUnit = perUnit(last.bucket());
        if (limit != null && !perUnit.isZero()) {
            return stand.since().plus(perUnit.multipliedBy(Math.max(0, limit - stand.left())));
        }
        Duration reset = last.bucket().reset();
        return reset == null ? null : stand.since().plus(reset);
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
