package io.keywheel.domain.health;

import io.keywheel.domain.health.UnderWay.LetIn;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the buckets of a quota group hold for one model, as far as the provider has told.
final class Levels {

    /// Calls that begin within such a time arrive in any order.
    private static final Duration A_MOMENT = Duration.ofMillis(100);

    private final List<Level> levels = new ArrayList<>();

    Levels copy() {
        var copy = new Levels();
        copy.levels.addAll(levels);
        return copy;
    }

    /// Whether each holds enough for so many calls of so many tokens in all, and for one more.
    ///
    /// @param need the tokens of the one more
    boolean hold(int calls, long tokens, long need, Instant now) {
        for (Level level : levels) {
            if (!level.holds(calls, tokens, need, now)) {
                return false;
            }
        }
        return true;
    }

    /// From when on each holds so much, if nobody takes anything. Null where that is not known.
    @Nullable
    Instant holdFrom(int calls, long tokens, long need, Instant now) {
        Instant enough = null;
        for (Level level : levels) {
            if (!level.holds(calls, tokens, need, now)) {
                Instant from = level.holdsFrom(calls, tokens, need, now);
                if (from == null) {
                    return null;
                }
                enough = Moments.laterOf(enough, from);
            }
        }
        return enough;
    }

    /// From when on enough is left for a call of `need`; null for now, or where it is not known.
    @Nullable
    Instant enoughFrom(long need, Instant now) {
        Instant enough = null;
        for (Level level : levels) {
            if (!level.isGuessed(now)) {
                enough = Moments.laterOf(enough, level.holdsFrom(0, 0, need, now));
            }
        }
        return enough;
    }

    /// The largest need of which all hold enough, as far as is known: a larger one waits for more than an
    /// outcome.
    long mostHeld(Instant now) {
        long most = Long.MAX_VALUE;
        for (Level level : levels) {
            if (!level.isGuessed(now)) {
                most = Math.min(most, level.mostHeld(now));
            }
        }
        return most;
    }

    /// Up to which need more takes at least as long as a call of `need`: whatever exceeds a bucket's limit is
    /// not that bucket's matter any more.
    long limitFor(long need) {
        long most = Long.MAX_VALUE;
        for (Level level : levels) {
            most = Math.min(most, level.limitFor(need));
        }
        return most;
    }

    /// `call` has been let in, which those of them do not know that were told to calls of before.
    void take(LetIn call, Instant now) {
        Instant together = call.call().begun().minus(A_MOMENT);
        levels.replaceAll(level -> level.isOfBefore(together) ? level.takenBy(call, now) : level);
    }

    /// `call` has ended, having `spent` so much.
    void giveBack(LetIn call, Spent spent, Instant now) {
        levels.replaceAll(level -> level.givenBackBy(call, spent, now));
    }

    /// Of two answers the one to the later call tells, and of two to calls that began together the one that
    /// tells of less.
    boolean areToldBy(Bucket bucket, Instant begun) {
        Level before = of(bucket.name());
        return before == null
                || before.isOfBefore(begun.minus(A_MOMENT))
                || (before.isOfBefore(begun.plus(A_MOMENT)) && before.isAboveWhatIsLeftIn(bucket));
    }

    void put(Level level) {
        levels.remove(of(level.bucket()));
        levels.add(level);
    }

    /// Knows of one group what was known of two.
    void absorb(Levels other) {
        for (Level level : other.levels) {
            Level mine = of(level.bucket());
            if (mine == null || mine.isOfBefore(level.toldOf())) {
                put(level);
            }
        }
    }

    private @Nullable Level of(String bucket) {
        for (Level level : levels) {
            if (level.isOf(bucket)) {
                return level;
            }
        }
        return null;
    }
}
