package io.keywheel.domain.health;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// How many calls a quota group may have pending for one model, so that a herd does not run into a limit that the
/// first of it would have met.
///
/// One call may always be pending, for its outcome tells more. Others may as far as both of these go:
///
/// - What is left, as far as the provider has said, must be enough for all that are pending and one more.
/// - Not every limit is told of beforehand. After one was met, there may be one more than have been let in since;
///   and fewer again, the nearer that comes to what was let in between the last two limits; beyond it, more again.
final class Permits {

    /// A refusal comes at once: whoever has not been refused for so long has been let in.
    static final Duration A_REFUSAL_TAKES = Duration.ofSeconds(1);

    /// Calls that begin within such a time arrive in any order.
    private static final Duration A_MOMENT = Duration.ofMillis(100);

    private record Call(KeySlot key, Instant begun, long need) {
        static Call of(Step.Attempt attempt) {
            return new Call(attempt.target().key().slot(), attempt.startedAt(), attempt.need());
        }
    }

    /// How much had been let in when a call was.
    private record Mark(Instant at, int calls, long tokens) {}

    /// How many calls alike are pending, the earliest begun first.
    private final SequencedMap<Call, Integer> pending = new LinkedHashMap<>();

    private int calls;
    private long tokens;

    /// What calls of late have needed: the mean, and the largest, which fades with each that needs less.
    private long meanNeed;

    private long largestNeed;

    /// Calls let in whose answers are under way: what they will tell is of when they were.
    private final Map<Call, Mark> underWay = new HashMap<>();

    private int callsLetIn;
    private long tokensLetIn;

    private final Map<String, Level> levels = new HashMap<>();
    private Allowance told = Allowance.UNKNOWN;
    private Instant toldOf = Instant.MIN;

    private @Nullable Instant limitedAt;
    private long window;
    private long letInSinceLimit;
    private long letInBetweenLimits;

    /// What the provider last said is left.
    Allowance told() {
        return told;
    }

    /// From when on another call may be pending, should nothing be heard of those that are; null for now.
    @Nullable
    Instant takenUntil(Instant now) {
        letInWhoeverWasNotRefused(now);
        if (pending.isEmpty() || (calls < most() && isEnoughLeft(now))) {
            return null;
        }
        return pending.firstEntry().getKey().begun().plus(A_REFUSAL_TAKES);
    }

    private long most() {
        return limitedAt == null
                ? Long.MAX_VALUE
                : Math.min(window, 1 + Math.abs(letInBetweenLimits - letInSinceLimit));
    }

    private boolean isEnoughLeft(Instant now) {
        return levels.values().stream().allMatch(level -> level.holds(calls, tokens, largestNeed, now));
    }

    /// From when on enough is left for another call; empty where that is now, or not known.
    ///
    /// A bucket that fills evenly loses nothing by resting until even the largest is sure to be let in. One that
    /// fills at once keeps what is left in it for nobody: it rests when that is too little for a call such as
    /// `attempt`, or, if that was an unusually large one, for a usual one.
    Optional<Instant> enoughFrom(Step.Attempt attempt, Instant now) {
        return levels.values().stream()
                .map(level ->
                        level.holdsFrom(level.fillsEvenly() ? largestNeed : Math.min(attempt.need(), meanNeed), now))
                .flatMap(moment -> Optional.ofNullable(moment).stream())
                .max(Instant::compareTo);
    }

    void begin(KeySlot key, Instant now, long need) {
        meanNeed += (need - meanNeed) / (meanNeed == 0 ? 1 : 16);
        largestNeed = Math.max(need, largestNeed - largestNeed / 100);
        add(new Call(key, now, need), 1);
    }

    /// The attempt `decided` on begins at `now`, if it still counts.
    void beginLater(Step.Attempt decided, Instant now) {
        if (remove(Call.of(decided))) {
            add(Call.of(decided.begunAt(now)), 1);
        }
    }

    /// `attempt` has been answered, and had been let in.
    void answered(Step.Attempt attempt) {
        underWay.remove(Call.of(attempt));
    }

    /// `attempt` has failed, or was never made.
    void end(Step.Attempt attempt) {
        Call call = Call.of(attempt);
        if (!remove(call)) {
            underWay.remove(call);
        }
    }

    /// `attempt` is being answered.
    void letIn(Step.Attempt attempt, Instant now) {
        letIn(Call.of(attempt), now);
    }

    /// To be called before anything is reported, so that it does not matter whether anybody has looked meanwhile.
    void letInWhoeverWasNotRefused(Instant now) {
        while (!pending.isEmpty()) {
            Call earliest = pending.firstEntry().getKey();
            if (now.isBefore(earliest.begun().plus(A_REFUSAL_TAKES))) {
                return;
            }
            letIn(earliest, earliest.begun().plus(A_REFUSAL_TAKES));
        }
    }

    private void letIn(Call call, Instant now) {
        boolean isAsMuchAsMayBe = calls >= window;
        if (!remove(call)) {
            return;
        }
        levels.values().stream()
                .filter(level -> level.isOfBefore(call.begun().minus(A_MOMENT)))
                .forEach(level -> level.take(1, call.need(), now));
        callsLetIn++;
        tokensLetIn += call.need();
        underWay.put(call, new Mark(now, callsLetIn, tokensLetIn));
        if (limitedAt == null || call.begun().isAfter(limitedAt)) {
            letInSinceLimit++;
            window += isAsMuchAsMayBe ? 1 : 0;
        } else {
            letInBetweenLimits++;
        }
    }

    /// `attempt` met a limit. Many that meet it together meet one.
    void limited(Step.Attempt attempt, Instant now) {
        if (limitedAt != null && !attempt.startedAt().isAfter(limitedAt)) {
            return;
        }
        if (letInSinceLimit > 0) {
            letInBetweenLimits = letInSinceLimit;
        }
        letInSinceLimit = 0;
        window = 1;
        limitedAt = now;
    }

    /// The provider said to `attempt` what is left: when it let it in, however much later the answer ended.
    void tells(Allowance allowance, Step.Attempt attempt, Instant now) {
        if (allowance.buckets().isEmpty()) {
            return;
        }
        Instant begun = attempt.startedAt();
        Mark mark = underWay.getOrDefault(Call.of(attempt), new Mark(now, callsLetIn, tokensLetIn));
        allowance.buckets().forEach(bucket -> tells(bucket, begun, mark, now));
        if (!begun.isBefore(toldOf)) {
            told = allowance;
            toldOf = begun;
        }
    }

    /// Of two answers the one to the later call tells, and of two to calls that began together the one that tells of
    /// less.
    private void tells(Bucket bucket, Instant begun, Mark mark, Instant now) {
        Level before = levels.get(bucket.name());
        if (before == null
                || before.isOfBefore(begun.minus(A_MOMENT))
                || (before.isOfBefore(begun.plus(A_MOMENT)) && before.isAboveWhatIsLeftIn(bucket))) {
            Level level = new Level(bucket, mark.at(), begun);
            level.take(callsLetIn - mark.calls(), tokensLetIn - mark.tokens(), now);
            levels.put(bucket.name(), level);
        }
    }

    /// Knows of one group what was known of two.
    void absorb(Permits other, Instant now) {
        letInWhoeverWasNotRefused(now);
        other.letInWhoeverWasNotRefused(now);
        absorbPending(other);
        int calls = callsLetIn - other.callsLetIn;
        long tokens = tokensLetIn - other.tokensLetIn;
        other.underWay.forEach(
                (call, mark) -> underWay.put(call, new Mark(mark.at(), mark.calls() + calls, mark.tokens() + tokens)));
        meanNeed = Math.max(meanNeed, other.meanNeed);
        largestNeed = Math.max(largestNeed, other.largestNeed);
        other.levels.forEach((name, level) -> levels.merge(name, level, Level::later));
        if (other.toldOf.isAfter(toldOf)) {
            told = other.told;
            toldOf = other.toldOf;
        }
        if (other.limitedAt != null && (limitedAt == null || other.limitedAt.isAfter(limitedAt))) {
            limitedAt = other.limitedAt;
            window = other.window;
            letInSinceLimit = other.letInSinceLimit;
            letInBetweenLimits = other.letInBetweenLimits;
        }
    }

    private void absorbPending(Permits other) {
        var all = new HashMap<>(pending);
        other.pending.forEach((call, alike) -> all.merge(call, alike, Integer::sum));
        pending.clear();
        calls = 0;
        tokens = 0;
        all.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().begun()))
                .forEach(entry -> add(entry.getKey(), entry.getValue()));
    }

    private void add(Call call, int alike) {
        pending.merge(call, alike, Integer::sum);
        calls += alike;
        tokens += alike * call.need();
    }

    private boolean remove(Call call) {
        Integer alike = pending.get(call);
        if (alike == null) {
            return false;
        }
        if (alike == 1) {
            pending.remove(call);
        } else {
            pending.put(call, alike - 1);
        }
        calls--;
        tokens -= call.need();
        return true;
    }
}
