package io.keywheel.domain.simulation;

import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.simulation.Coverage.Sight;
import io.keywheel.domain.simulation.RequestTrace.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The calls of one quota group for one model, and whether another may join those of which nothing is known
/// yet.
final class ReferenceAdmission {

    /// Who has not been refused for so long has been let in.
    static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    /// Who begins within such a time begins together.
    private static final Duration TOGETHER = Duration.ofMillis(100);

    private static final Duration A_WEEK = Duration.ofDays(7);

    /// A call whose answer is under way, and who was let in after it.
    private record LetIn(Instant at, List<Asked> since) {}

    /// A call takes what it may need, or, where that is known already, takes what it spends for good; or it has
    /// ended.
    private enum What {
        TAKES,
        SPENDS,
        ENDS
    }

    private record Event(Asked call, Instant at, What what) {}

    /// What an answer to a call `begun` then said of a bucket, as it was `at` the moment that let the call in,
    /// and what has happened since.
    private record Told(Bucket bucket, Instant begun, Instant at, List<Event> events) {}

    /// What a bucket held at `since`, with all that has been taken and has come back from then on.
    ///
    /// @param guessed whether it has been full since anybody told
    /// @param taken by those who may still give it back
    private record Stand(long left, Instant since, boolean guessed, Map<Asked, Long> taken) {}

    private final Coverage coverage;
    private final List<Asked> pending = new ArrayList<>();
    private final Map<Asked, LetIn> underWay = new HashMap<>();
    private final Map<String, Told> told = new HashMap<>();
    private @Nullable Instant lastLimit;
    private long window;
    private long sinceLastLimit;
    private long betweenLastLimits;

    ReferenceAdmission(Coverage coverage) {
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
        long tokens = pending.stream()
                .mapToLong(call -> call.attempt.estimatedTokens())
                .sum();
        for (Told last : told.values()) {
            long wanted = last.bucket().countsTokens() ? tokens + tokens(last, need) : pending.size() + 1;
            if (left(last, now) < wanted) {
                coverage.saw(Sight.TOO_LITTLE_LEFT_FOR_ONE_MORE);
                filled = ReferenceModel.later(filled, filledTo(last, wanted, now));
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
                : ReferenceModel.later(
                        enough,
                        enoughFrom(
                                told.values().stream()
                                        .map(this::onceAllAreLetIn)
                                        .toList(),
                                need,
                                now));
    }

    private Told onceAllAreLetIn(Told last) {
        var events = new ArrayList<>(last.events());
        pending.stream()
                .filter(call -> call.begun().isAfter(last.begun().plus(TOGETHER)))
                .forEach(call -> events.add(new Event(call, call.begun().plus(A_REFUSAL_TAKES), What.TAKES)));
        return new Told(last.bucket(), last.begun(), last.at(), events);
    }

    private @Nullable Instant enoughFrom(Collection<Told> all, long need, Instant now) {
        Instant latest = null;
        for (Told last : all) {
            long wanted = last.bucket().countsTokens() ? tokens(last, need) : 1;
            boolean guess = perUnit(last.bucket()).isZero() && stand(last, now).guessed();
            if (left(last, now) < wanted && filledTo(last, wanted, now).isBefore(Instant.MAX) && !guess) {
                coverage.saw(
                        last.bucket().continuous()
                                ? Sight.REST_UNTIL_ENOUGH_IS_FILLED
                                : Sight.REST_UNTIL_ALL_IS_FILLED);
                latest = ReferenceModel.later(latest, filledTo(last, wanted, now));
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
    ReferenceAdmission joinedBy(ReferenceAdmission other, Instant now) {
        goOnTo(now);
        other.goOnTo(now);
        pending.addAll(other.pending);
        pending.sort(Comparator.comparing(Asked::begun));
        underWay.forEach((_, mine) -> other.underWay.forEach((call, theirs) -> {
            if (!theirs.at().isBefore(mine.at())) {
                mine.since().add(call);
            }
        }));
        other.underWay.forEach((_, theirs) -> underWay.forEach((call, mine) -> {
            if (mine.at().isAfter(theirs.at())) {
                theirs.since().add(call);
            }
        }));
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

    /// It has ended, whether it was let in or not.
    void leave(Asked call, Instant now) {
        goOnTo(now);
        pending.remove(call);
        ends(call, now);
    }

    private @Nullable LetIn ends(Asked call, Instant now) {
        LetIn ended = underWay.remove(call);
        if (ended != null) {
            if (call.spentTokens < call.attempt.estimatedTokens()) {
                coverage.saw(Sight.GIVING_BACK);
            }
            told.values().forEach(last -> last.events().add(new Event(call, now, What.ENDS)));
        }
        return ended;
    }

    void answering(Asked call, Instant now) {
        goOnTo(now);
        if (pending.contains(call)) {
            letIn(call, now);
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

    /// Its answer has ended, or it met a limit, and tells of when it was let in.
    void tells(Asked call, RateLimitStatus rateLimitStatus, Instant now) {
        goOnTo(now);
        LetIn ended = ends(call, now);
        LetIn letIn = ended == null ? new LetIn(now, List.of()) : ended;
        for (Bucket bucket : rateLimitStatus.buckets()) {
            List<Event> events = new ArrayList<>();
            letIn.since().stream()
                    .filter(other -> !underWay.containsKey(other))
                    .forEach(other -> events.add(new Event(other, now, What.SPENDS)));
            letIn.since().stream()
                    .filter(underWay::containsKey)
                    .sorted(Comparator.comparing(
                            other -> Objects.requireNonNull(underWay.get(other)).at()))
                    .forEach(other -> events.add(new Event(other, now, What.TAKES)));
            Told news = new Told(bucket, call.begun(), letIn.at(), events);
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
                .forEach(last -> last.events().add(new Event(call, at, What.TAKES)));
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
            Instant flowed = stand.since().plus(perUnit.multipliedBy(wanted - stand.left()));
            Instant full = Objects.requireNonNull(full(last, stand));
            return flowed.isBefore(full) ? flowed : full;
        }
        Instant full = full(last, stand);
        return full == null ? Instant.MAX : full;
    }

    private static long left(Told last, Instant now) {
        Stand stand = stand(last, now);
        return stand.left() + flowed(last, stand, now);
    }

    private static long flowed(Told last, Stand stand, Instant now) {
        Duration perUnit = perUnit(last.bucket());
        boolean grows = !perUnit.isZero() && now.isAfter(stand.since());
        return grows ? Duration.between(stand.since(), now).dividedBy(perUnit) : 0;
    }

    private static Stand stand(Told last, Instant now) {
        var stand = new Stand(last.bucket().remaining(), last.at(), false, new HashMap<>());
        for (Event event : last.events()) {
            stand = after(last, stand, event);
        }
        return filled(last, stand, now);
    }

    private static Stand after(Told last, Stand stand, Event event) {
        boolean tokens = last.bucket().countsTokens();
        long spent = tokens ? event.call().spentTokens : event.call().spentCalls;
        return switch (event.what()) {
            case SPENDS -> less(last, stand, spent, event.at());
            case TAKES -> {
                Stand before = filled(last, stand, event.at());
                long holds = Math.max(0, before.left() + flowed(last, before, event.at()));
                long takes =
                        tokens ? Math.min(believed(last, event.call().attempt.estimatedTokens()), holds) : 1;
                Stand after = less(last, before, takes, event.at());
                after.taken().put(event.call(), before.left() - after.left());
                yield after;
            }
            case ENDS -> {
                Stand before = filled(last, stand, event.at());
                Long taken = before.taken().remove(event.call());
                long back = taken == null ? 0 : Math.max(0, taken - spent);
                // What is full for the first time begins a new time when somebody takes from it, and not before.
                yield back == 0
                        ? stand
                        : new Stand(before.left() + back, before.since(), before.guessed(), before.taken());
            }
        };
    }

    /// What no bucket of that size can hold is not what the provider counts.
    private static long believed(Told last, long need) {
        return need > limit(last) ? 1 : need;
    }

    /// Never less than nothing and one limit more.
    private static Stand less(Told last, Stand stand, long amount, Instant at) {
        Stand before = filled(last, stand, at);
        long least = -limit(last) - flowed(last, before, at);
        return new Stand(Math.max(before.left() - amount, least), before.since(), before.guessed(), before.taken());
    }

    private static long limit(Told last) {
        Long limit = last.bucket().limit();
        return limit == null ? Integer.MAX_VALUE : limit;
    }

    private static Stand filled(Told last, Stand stand, Instant now) {
        Instant full = full(last, stand);
        if (full == null || now.isBefore(full)) {
            return stand;
        }
        return new Stand(limit(last), now, true, new HashMap<>());
    }

    private static @Nullable Instant full(Told last, Stand stand) {
        Long limit = last.bucket().limit();
        Duration perUnit = perUnit(last.bucket());
        if (limit != null && !perUnit.isZero()) {
            return stand.since().plus(atMostAWeek(perUnit.multipliedBy(Math.max(0, limit - stand.left()))));
        }
        Duration reset = last.bucket().reset();
        return reset == null ? null : stand.since().plus(atMostAWeek(reset));
    }

    private static Duration atMostAWeek(Duration time) {
        return time.compareTo(A_WEEK) < 0 ? time : A_WEEK;
    }

    /// How long it takes to fill by one; zero where it fills all at once.
    private static Duration perUnit(Bucket bucket) {
        Long limit = bucket.limit();
        Duration reset = bucket.reset();
        return bucket.continuous() && limit != null && reset != null && limit > bucket.remaining()
                ? reset.dividedBy(limit - bucket.remaining())
                : Duration.ZERO;
    }

    /// What no bucket of that size can hold is not its matter.
    private static long tokens(Told last, long need) {
        Long limit = last.bucket().limit();
        return limit == null || need > limit ? 1 : Math.max(1, need);
    }
}
