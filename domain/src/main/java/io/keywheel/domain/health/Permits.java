package io.keywheel.domain.health;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Pending.Call;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How many calls of a quota group may be pending for one model, so that a herd does not run into a limit that the
/// first of it would have met.
///
/// One call may always be pending, for its outcome tells more. Others may as long as what is left, as far as the
/// provider has said, is enough for all that are pending and one more, and as the [Window] admits them.
final class Permits {

    /// Calls that begin within such a time arrive in any order.
    private static final Duration A_MOMENT = Duration.ofMillis(100);

    /// How much had been let in when a call was.
    private record Mark(Instant at, int calls, long tokens) {}

    private final Pending pending = new Pending();
    private Window window = new Window();

    /// What calls of late have needed: the mean, and the largest, which fades with each that needs less.
    private long meanNeed;

    private long largestNeed;

    /// Calls let in whose answers are under way: what these will tell is of when the calls were let in.
    private final Map<Call, Mark> underWay = new HashMap<>();

    private int callsLetIn;
    private long tokensLetIn;

    private final Map<String, Level> levels = new HashMap<>();
    private Allowance told = Allowance.UNKNOWN;
    private Instant toldOf = Instant.MIN;

    /// What the provider last said is left.
    Allowance told() {
        return told;
    }

    /// From when on another call may be pending, should nothing be heard of those that are; null for now.
    @Nullable
    Instant takenUntil(Instant now) {
        letInWhoeverWasNotRefused(now);
        Call first = pending.first();
        return first == null || (window.admits(pending.count()) && isEnoughLeft(now)) ? null : first.letInAt();
    }

    private boolean isEnoughLeft(Instant now) {
        return levels.values().stream()
                .allMatch(level -> level.holds(pending.count(), pending.tokens(), largestNeed, now));
    }

    /// From when on enough is left for another call; empty where that is now, or not known.
    ///
    /// A bucket that fills evenly loses nothing by resting until even the largest is sure to be let in. One that
    /// fills at once keeps what is left in it for nobody: it rests when that is too little for a call such as
    /// `attempt`, or, if that was an unusually large one, for a usual one.
    Optional<Instant> enoughFrom(Step.Attempt attempt, Instant now) {
        long usual = Math.min(attempt.need(), meanNeed);
        return levels.values().stream()
                .map(level -> level.holdsFrom(level.fillsEvenly() ? largestNeed : usual, now))
                .filter(Objects::nonNull)
                .max(Instant::compareTo);
    }

    void begin(KeySlot key, Instant now, long need) {
        meanNeed += (need - meanNeed) / (meanNeed == 0 ? 1 : 16);
        largestNeed = Math.max(need, largestNeed - largestNeed / 100);
        pending.add(new Call(key, now, need));
    }

    /// The attempt `decided` on begins at `now`, if it still counts.
    void beginLater(Step.Attempt decided, Instant now) {
        if (pending.remove(Call.of(decided))) {
            pending.add(Call.of(decided.begunAt(now)));
        }
    }

    /// `attempt` has been answered, and had been let in.
    void answered(Step.Attempt attempt) {
        underWay.remove(Call.of(attempt));
    }

    /// `attempt` has failed, or was never made.
    void end(Step.Attempt attempt) {
        Call call = Call.of(attempt);
        if (!pending.remove(call)) {
            underWay.remove(call);
        }
    }

    /// To be called before anything is reported, so that it does not matter whether anybody has looked meanwhile.
    void letInWhoeverWasNotRefused(Instant now) {
        for (Call first = pending.first(); first != null && !now.isBefore(first.letInAt()); first = pending.first()) {
            letIn(first, first.letInAt());
        }
    }

    /// `attempt` is being answered.
    void letIn(Step.Attempt attempt, Instant now) {
        letIn(Call.of(attempt), now);
    }

    private void letIn(Call call, Instant now) {
        int before = pending.count();
        if (!pending.remove(call)) {
            return;
        }
        window.letIn(call.begun(), before);
        levels.values().stream()
                .filter(level -> level.isOfBefore(call.begun().minus(A_MOMENT)))
                .forEach(level -> level.take(1, call.need(), now));
        callsLetIn++;
        tokensLetIn += call.need();
        underWay.put(call, new Mark(now, callsLetIn, tokensLetIn));
    }

    /// `attempt` met a limit.
    void limited(Step.Attempt attempt, Instant now) {
        window.limited(attempt.startedAt(), now);
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
        pending.absorb(other.pending);
        window = Window.later(window, other.window);
        int moreCalls = callsLetIn - other.callsLetIn;
        long moreTokens = tokensLetIn - other.tokensLetIn;
        other.underWay.forEach((call, mark) ->
                underWay.put(call, new Mark(mark.at(), mark.calls() + moreCalls, mark.tokens() + moreTokens)));
        meanNeed = Math.max(meanNeed, other.meanNeed);
        largestNeed = Math.max(largestNeed, other.largestNeed);
        other.levels.forEach((name, level) -> levels.merge(name, level, Level::later));
        if (other.toldOf.isAfter(toldOf)) {
            told = other.told;
            toldOf = other.toldOf;
        }
    }
}
