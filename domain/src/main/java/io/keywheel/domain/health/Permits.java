package io.keywheel.domain.health;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Pending.Call;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /// What those let in of late have needed: the mean, and the largest, which fades with each that needs less.
    private long meanNeed;

    private long largestNeed;

    /// Calls let in whose answers are under way: what these will tell is of when the calls were let in.
    private final Map<Call, Mark> underWay = new HashMap<>();

    private int callsLetIn;
    private long tokensLetIn;

    private final List<Level> levels = new ArrayList<>();
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
        if (first == null) {
            return null;
        }
        if (!window.admits(pending.count())) {
            return first.letInAt();
        }
        return isEnoughLeft(now) ? null : Moments.earlier(first.letInAt(), enoughBesidesThosePendingFrom(now));
    }

    private @Nullable Instant enoughBesidesThosePendingFrom(Instant now) {
        Instant enough = null;
        for (Level level : levels) {
            if (!level.holds(pending.count(), pending.tokens(), largestNeed, now)) {
                Instant from = level.holdsFrom(pending.count(), pending.tokens(), largestNeed, now);
                if (from == null) {
                    return null;
                }
                enough = Moments.laterOf(enough, from);
            }
        }
        return enough;
    }

    private boolean isEnoughLeft(Instant now) {
        for (Level level : levels) {
            if (!level.holds(pending.count(), pending.tokens(), largestNeed, now)) {
                return false;
            }
        }
        return true;
    }

    /// From when on enough is left for another call; empty where that is now, or not known.
    ///
    /// A bucket that fills evenly loses nothing by resting until even the largest is sure to be let in. One that
    /// fills at once keeps what is left in it for nobody: it rests when that is too little for a call such as
    /// `attempt`, or, if that was an unusually large one, for a usual one.
    Optional<Instant> enoughFrom(Step.Attempt attempt, Instant now) {
        Instant enough = null;
        for (Level level : levels) {
            long need = level.fillsEvenly() ? largestNeed : Math.min(attempt.need(), meanNeed);
            enough = Moments.laterOf(enough, level.holdsFrom(0, 0, need, now));
        }
        return Optional.ofNullable(enough);
    }

    void begin(KeySlot key, Instant now, long need) {
        pending.add(new Call(key.ordinal(), now, need));
    }

    /// The attempt `decided` on begins at `now`. Decided on too long ago, it has been let in by mistake.
    void beginLater(Step.Attempt decided, Instant now) {
        Call call = Call.of(decided);
        if (pending.remove(call) || underWay.remove(call) != null) {
            pending.add(Call.of(decided.begunAt(now)));
        }
    }

    /// `attempt` was decided on and not made.
    void withdrawn(Step.Attempt attempt) {
        forget(Call.of(attempt));
    }

    void failed(Step.Attempt attempt, Instant now) {
        letInWhoeverWasNotRefused(now);
        forget(Call.of(attempt));
    }

    private void forget(Call call) {
        if (!pending.remove(call)) {
            underWay.remove(call);
        }
    }

    /// Before anything is reported, so that it does not matter whether anybody has looked meanwhile.
    private void letInWhoeverWasNotRefused(Instant now) {
        for (Call first = pending.first(); first != null && !now.isBefore(first.letInAt()); first = pending.first()) {
            pending.remove(first);
            letIn(first, first.letInAt());
        }
    }

    /// `attempt` is being answered: what it will tell in the end is of now.
    void answering(Step.Attempt attempt, Instant now) {
        letInWhoeverWasNotRefused(now);
        Call call = Call.of(attempt);
        if (pending.remove(call)) {
            letIn(call, now);
        }
    }

    /// `attempt` has been answered, which told what was left when it was let in.
    void answered(Step.Attempt attempt, Allowance allowance, Instant now) {
        letInWhoeverWasNotRefused(now);
        Call call = Call.of(attempt);
        if (pending.remove(call)) {
            count(call, now);
        }
        Mark mark = underWay.remove(call);
        tells(allowance, call.begun(), mark == null ? new Mark(now, callsLetIn, tokensLetIn) : mark, now);
    }

    /// `attempt` met a limit, and was told what is left.
    void limited(Step.Attempt attempt, Allowance allowance, Instant now) {
        window.limited(attempt.startedAt(), now);
        tells(allowance, attempt.startedAt(), new Mark(now, callsLetIn, tokensLetIn), now);
    }

    private void letIn(Call call, Instant now) {
        count(call, now);
        underWay.put(call, new Mark(now, callsLetIn, tokensLetIn));
    }

    private void count(Call call, Instant now) {
        window.letIn(call.begun(), pending.count() + 1);
        Instant together = call.begun().minus(A_MOMENT);
        for (Level level : levels) {
            if (level.isOfBefore(together)) {
                level.take(1, call.need(), now);
            }
        }
        callsLetIn++;
        tokensLetIn += call.need();
        meanNeed += (call.need() - meanNeed) / (meanNeed == 0 ? 1 : 16);
        largestNeed = Math.max(call.need(), largestNeed - largestNeed / 100);
    }

    private void tells(Allowance allowance, Instant begun, Mark mark, Instant now) {
        if (allowance.buckets().isEmpty()) {
            return;
        }
        for (Bucket bucket : allowance.buckets()) {
            tells(bucket, begun, mark, now);
        }
        if (!begun.isBefore(toldOf)) {
            told = allowance;
            toldOf = begun;
        }
    }

    /// Of two answers the one to the later call tells, and of two to calls that began together the one that tells of
    /// less.
    private void tells(Bucket bucket, Instant begun, Mark mark, Instant now) {
        Level before = level(bucket.name());
        if (before != null
                && !before.isOfBefore(begun.minus(A_MOMENT))
                && !(before.isOfBefore(begun.plus(A_MOMENT)) && before.isAboveWhatIsLeftIn(bucket))) {
            return;
        }
        Level level = new Level(bucket, mark.at(), begun);
        level.take(callsLetIn - mark.calls(), tokensLetIn - mark.tokens(), now);
        levels.remove(before);
        levels.add(level);
    }

    private @Nullable Level level(String bucket) {
        for (Level level : levels) {
            if (level.isOf(bucket)) {
                return level;
            }
        }
        return null;
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
        for (Level level : other.levels) {
            Level mine = level(level.bucket());
            if (mine == null || mine.isOfBefore(level.toldOf())) {
                levels.remove(mine);
                levels.add(level);
            }
        }
        if (other.toldOf.isAfter(toldOf)) {
            told = other.told;
            toldOf = other.toldOf;
        }
    }
}
