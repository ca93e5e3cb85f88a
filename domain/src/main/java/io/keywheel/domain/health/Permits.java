package io.keywheel.domain.health;

import io.keywheel.domain.failover.Step;
import io.keywheel.domain.health.Pending.Call;
import io.keywheel.domain.health.UnderWay.LetIn;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import io.keywheel.domain.routing.PoolKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How many calls of a quota group may be pending for one model, so that a herd does not run into a limit that
/// the first of it would have met.
///
/// One call may be pending as soon as enough is left for it, for its outcome tells more. Others may as long as
/// what is left, as far as
/// the provider has said, is enough for all that are pending and one more, and as the [Window] admits them.
final class Permits {

    /// To keep within a limit that fills in no time is the everyday business of a busy key.
    private static final Duration EVERYDAY = Duration.ofMinutes(1);

    private final Pending pending = new Pending();
    private final Levels levels = new Levels();
    private Window window = Window.OPEN;

    /// Calls let in whose answers are under way: what these will tell is of when the calls were let in.
    private final UnderWay underWay = new UnderWay();

    private Instant toldOfWantUntil = Instant.MIN;
    private Told told = Told.NOTHING;

    /// What the provider last said is left.
    Told told() {
        return told;
    }

    /// How many calls may still be refused.
    int pending(Instant now) {
        letInWhoeverWasNotRefused(now);
        return pending.count();
    }

    /// Keeps a call of `need` from joining those that are pending: their outcome tells more. Null for nothing.
    @Nullable
    Bar crowd(long need, Instant now) {
        letInWhoeverWasNotRefused(now);
        Call first = pending.first();
        if (first == null) {
            return null;
        }
        if (!window.admits(pending.count())) {
            return new Bar(first.letInAt(), 0, levels.mostHeld(now));
        }
        if (levels.hold(pending.count(), pending.tokens(), need, now)) {
            return null;
        }
        Instant enough = levels.holdFrom(pending.count(), pending.tokens(), need, now);
        Instant until = enough != null && enough.isBefore(first.letInAt()) ? enough : first.letInAt();
        return new Bar(until, need, levels.mostHeld(now));
    }

    /// Keeps a call of `need` away until enough is left for it. Null for nothing.
    ///
    /// What is pending only takes more: it is reckoned with as if it were let in.
    @Nullable
    Bar want(long need, Instant now) {
        letInWhoeverWasNotRefused(now);
        Instant enough = levels.enoughFrom(need, now);
        if (enough == null) {
            return null;
        }
        Instant afterThose = pending.first() == null ? null : onceLetIn().enoughFrom(need, now);
        Instant until = afterThose == null ? enough : Moments.later(enough, afterThose);
        return new Bar(until, need, levels.limitFor(need));
    }

    private Levels onceLetIn() {
        Levels then = levels.copy();
        pending.list().forEach(call -> then.take(new LetIn(call, call.letInAt()), call.letInAt()));
        return then;
    }

    /// From when on enough is left for a call of `need`, where that is worth telling of and has not been told.
    Optional<Instant> longWant(long need, Instant now) {
        Instant enough = levels.enoughFrom(need, now);
        if (enough == null
                || enough.isBefore(now.plus(EVERYDAY))
                || (now.isBefore(toldOfWantUntil) && !Rest.becomesLong(toldOfWantUntil, enough, now))) {
            return Optional.empty();
        }
        toldOfWantUntil = enough;
        return Optional.of(enough);
    }

    void begin(PoolKey key, Instant now, long need) {
        pending.add(new Call(key.fingerprint(), now, need));
    }

    /// The attempt `decided` on begins at `now`. Decided on too long ago, it has been let in by mistake.
    void beginLater(Step.Attempt decided, Instant now) {
        Call call = Call.of(decided);
        if (forget(call, Spent.NOTHING, now)) {
            pending.add(Call.of(decided.begunAt(now)));
        }
    }

    /// `attempt` was decided on and not made.
    void withdrawn(Step.Attempt attempt, Instant now) {
        forget(Call.of(attempt), Spent.NOTHING, now);
    }

    void failed(Step.Attempt attempt, Spent spent, Instant now) {
        letInWhoeverWasNotRefused(now);
        forget(Call.of(attempt), spent, now);
    }

    /// Whether it was known of. One that is pending has taken nothing yet.
    private boolean forget(Call call, Spent spent, Instant now) {
        return pending.remove(call) || end(call, spent, now) != null;
    }

    /// What it has taken and not spent comes back.
    private @Nullable LetIn end(Call call, Spent spent, Instant now) {
        LetIn ended = underWay.remove(call);
        if (ended != null) {
            levels.giveBack(ended, spent, now);
            underWay.spent(ended, spent);
        }
        return ended;
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
    void answered(Step.Attempt attempt, Allowance allowance, Spent spent, Instant now) {
        answering(attempt, now);
        Call call = Call.of(attempt);
        LetIn ended = end(call, spent, now);
        tells(allowance, ended == null ? new LetIn(call, now) : ended, now);
    }

    /// `attempt` met a limit, and was told what is left.
    void limited(Step.Attempt attempt, Allowance allowance, Instant now) {
        window = window.afterLimit(attempt.startedAt(), now);
        tells(allowance, new LetIn(Call.of(attempt), now), now);
    }

    private void letIn(Call call, Instant now) {
        window = window.afterLettingIn(call.begun(), pending.count() + 1);
        levels.take(underWay.add(call, now), now);
    }

    /// What was left when `call` was let in, less what has been let in since.
    private void tells(Allowance allowance, LetIn call, Instant now) {
        if (allowance.buckets().isEmpty()) {
            return;
        }
        Instant begun = call.call().begun();
        for (Bucket bucket : allowance.buckets()) {
            if (levels.areToldBy(bucket, begun)) {
                Level level = Level.told(bucket, call.at(), begun).less(call.callsSince(), call.tokensSince(), now);
                for (LetIn since : underWay.after(call)) {
                    level = level.takenBy(since, now);
                }
                levels.put(level);
            }
        }
        told = Told.later(told, new Told(allowance, begun, call.at()));
    }

    /// Forgets the calls of keys whose fingerprints are not `known`: nobody will report on them.
    ///
    /// Those let in are taken to have spent all that they may.
    void keep(Predicate<String> known, Instant now) {
        pending.keep(known);
        underWay.unless(known).forEach(call -> end(call, new Spent(1, call.need()), now));
    }

    /// Knows of one group what was known of two.
    void absorb(Permits other, Instant now) {
        letInWhoeverWasNotRefused(now);
        other.letInWhoeverWasNotRefused(now);
        pending.absorb(other.pending);
        window = Window.later(window, other.window);
        underWay.absorb(other.underWay);
        levels.absorb(other.levels);
        toldOfWantUntil = Moments.later(toldOfWantUntil, other.toldOfWantUntil);
        told = Told.later(other.told, told);
    }
}
