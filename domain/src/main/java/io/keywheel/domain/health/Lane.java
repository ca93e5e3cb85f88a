package io.keywheel.domain.health;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The keys of one provider taking turns for one model.
///
/// A key found resting is parked until its rest is over, so that choosing looks at each rest once and not each
/// time. Parking is lazy: a rest may grow after its key was parked; the key is parked again when that shows. It
/// shrinks under a parked key only where it is taken back, or where a key came into its group while an attempt
/// was under way: else only an attempt can disprove a rest, and none is made with a parked key.
final class Lane {

    private record Parked(Instant until, PoolKey key) {}

    private record Barred(Bar bar, PoolKey key) {}

    private static final Comparator<Parked> SOONEST = Comparator.comparing(Parked::until)
            .thenComparingInt(parked -> parked.key().slot().ordinal());

    private final ProviderProfile profile;
    private final ModelId model;
    private final Groups groups;
    private final Memory memory;
    private final Map<QuotaGroup, Permits> permits = new HashMap<>();
    private final Turns<PoolKey> turns;
    private final TreeSet<Parked> parked = new TreeSet<>(SOONEST);

    /// Those with as many calls pending as may be.
    private final Aside crowded = new Aside();

    /// Those with too little left.
    private final Aside inWant = new Aside();

    Lane(ProviderProfile profile, ModelId model, Groups groups, Memory memory) {
        this.profile = profile;
        this.model = model;
        this.groups = groups;
        this.memory = memory;
        this.turns = new Turns<>(profile.keys());
    }

    /// `before`, with what lives on of it.
    private Lane(ProviderProfile profile, Groups groups, Map<Scope, Rest> shared, Lane before, Succession succession) {
        this.profile = profile;
        this.model = before.model;
        this.groups = groups;
        this.memory =
                new Memory(profile.id(), model, groups, before.memory.rests().after(shared, succession));
        this.turns = before.turns.of(profile.keys(), succession::before);
        before.permits.forEach((group, known) -> {
            Set<String> keys = groups.fingerprints(group);
            if (!keys.isEmpty()) {
                known.keep(keys::contains, succession.now());
                permits.put(group, known);
            }
        });
        for (Parked rested : before.parked) {
            PoolKey key = succession.after(rested.key());
            if (key != null) {
                comeBackOrPark(key, succession.now());
            }
        }
    }

    private void comeBackOrPark(PoolKey key, Instant now) {
        Instant until = memory.narrowHold(key, now).coolsUntil();
        if (until == null) {
            turns.cameBack(key);
        } else {
            park(new Parked(until, key));
        }
    }

    /// This lane for other keys of the provider. It is not to be used itself any more.
    ///
    /// @param shared the rests that are not the matter of one model
    Lane after(ProviderProfile keys, Groups groups, Map<Scope, Rest> shared, Succession succession) {
        return new Lane(keys, groups, shared, this, succession);
    }

    ProviderProfile profile() {
        return profile;
    }

    ModelId model() {
        return model;
    }

    Memory memory() {
        return memory;
    }

    /// What is known of the calls of `group`; null where none has been made.
    @Nullable
    Permits knownPermits(QuotaGroup group) {
        return permits.get(groups.current(group));
    }

    Permits permits(QuotaGroup group) {
        return permits.computeIfAbsent(groups.current(group), _ -> new Permits());
    }

    void merge(QuotaGroup from, QuotaGroup into, Instant now) {
        memory.merge(from, into);
        release(from);
        release(into);
        Permits known = permits.remove(from);
        if (known != null) {
            permits(into).absorb(known, now);
        }
    }

    /// @param early whether a mere suspicion against the whole provider may be seen about before its rest is
    ///     over, as whoever has nobody else to ask would like to
    Choice choose(Journey journey, boolean defaultModel, boolean early, Instant now) {
        long need = journey.needAt(profile.id());
        unparkWhoseRestIsOver(now);
        lookAgainAt(crowded, need, now);
        lookAgainAt(inWant, need, now);
        Set<String> tried = journey.triedAt(profile.id());
        PoolKey key = null;
        Instant trialEnds = null;
        var resting = new ArrayList<Parked>();
        var full = new ArrayList<Barred>();
        var wanting = new ArrayList<Barred>();
        for (PoolKey next : turns.queue(journey.atStart())) {
            Hold hold = memory.narrowHold(next, now);
            if (hold.coolsUntil() != null) {
                resting.add(new Parked(hold.coolsUntil(), next));
            } else if (!tried.contains(next.fingerprint())) {
                Bar want = want(next, hold, need, now);
                Bar crowd = want == null ? crowd(next, need, now) : null;
                if (want != null) {
                    wanting.add(new Barred(want, next));
                } else if (crowd != null) {
                    full.add(new Barred(crowd, next));
                } else if (hold.trialEnds() == null) {
                    key = next;
                    break;
                } else {
                    trialEnds = Moments.earlier(trialEnds, hold.trialEnds());
                }
            }
        }
        resting.forEach(this::park);
        full.forEach(barred -> stepAside(barred, crowded));
        wanting.forEach(barred -> stepAside(barred, inWant));
        boolean seesAboutIt = early && !journey.hasFailedATrialOf(profile.id());
        Hold wide = memory.wideHold(now);
        Instant pause = seesAboutIt ? memory.confirmedUntil(now) : wide.coolsUntil();
        if (journey.isBruisedBy(profile.id())) {
            pause = null;
        }
        if (key == null) {
            trialEnds = Moments.earlier(trialEnds, crowded.until(need, tried, other -> crowd(other, need, now)));
        }
        if (pause != null && (key != null || trialEnds != null)) {
            return new Choice.NoneReady(pause, null);
        }
        if (key == null) {
            return new Choice.NoneReady(whenUntriedIsReady(need, tried, pause, now), trialEnds);
        }
        if (wide.trialEnds() != null) {
            return new Choice.NoneReady(null, wide.trialEnds());
        }
        turns.took(key, journey.atStart());
        permits(key.group()).begin(key, now, need);
        heardOf(key.group());
        return new Choice.Chosen(
                new Target(groups.current(key), model, defaultModel),
                memory.beginTrials(key, now, journey.terms().deadline(), seesAboutIt));
    }

    /// Parks the key at `slot` if it rests now, so that it comes back to the front: left in the queue it would
    /// have to wait its turn.
    void parkIfResting(KeySlot slot, Instant now) {
        PoolKey key = profile.key(slot);
        Instant until = memory.narrowHold(key, now).coolsUntil();
        if (until != null && turns.has(key)) {
            park(new Parked(until, key));
        }
    }

    /// Something has been heard of the calls of `group`.
    void heardOf(QuotaGroup group) {
        release(groups.current(group));
    }

    private void release(QuotaGroup group) {
        crowded.release(group).forEach(turns::cameBackToItsPlace);
        inWant.release(group).forEach(turns::cameBackToItsPlace);
    }

    private void lookAgainAt(Aside aside, long need, Instant now) {
        aside.release(now).forEach(turns::cameBackToItsPlace);
        aside.releaseFor(need).forEach(turns::cameBackToItsPlace);
    }

    private @Nullable Bar crowd(PoolKey key, long need, Instant now) {
        return permits(key.group()).crowd(need, now);
    }

    /// A trial that is due is made however little is reckoned to be left.
    private @Nullable Bar want(PoolKey key, Hold hold, long need, Instant now) {
        return hold.due() ? null : permits(key.group()).want(need, now);
    }

    /// Until when too little is left with `key` for a call of `need`; null for not.
    @Nullable
    Instant inWantUntil(PoolKey key, long need, Instant now) {
        Hold hold = memory.narrowHold(key, now);
        Permits permits = knownPermits(key.group());
        Bar want = permits == null || hold.cooling() != null || hold.due() ? null : permits.want(need, now);
        return want == null ? null : want.until();
    }

    void giveBackTurn(KeySlot slot, boolean firstAttempt) {
        turns.gaveBack(profile.key(slot), firstAttempt);
    }

    /// Parks anew whoever rests for less long than when it was parked. Takes time in the order of the keys that
    /// are parked.
    void unparkWhoseRestWasTakenBack(Instant now) {
        for (Parked before : List.copyOf(parked.descendingSet())) {
            Instant until = memory.narrowHold(before.key(), now).coolsUntil();
            if (until == null) {
                parked.remove(before);
                turns.cameBack(before.key());
            } else if (until.isBefore(before.until())) {
                parked.remove(before);
                parked.add(new Parked(until, before.key()));
            }
        }
    }

    /// @param pause until when the provider as a whole is out of turn for the request; null for not at all
    private @Nullable Instant whenUntriedIsReady(long need, Set<String> tried, @Nullable Instant pause, Instant now) {
        Instant enough = inWant.until(need, tried, key -> permits(key.group()).want(need, now));
        Instant ready = Moments.earlier(enough, whenUntriedHasRested(tried, now));
        return ready == null || pause == null ? ready : Moments.later(ready, pause);
    }

    private @Nullable Instant whenUntriedHasRested(Set<String> tried, Instant now) {
        for (Parked first = nextUntried(tried); first != null; first = nextUntried(tried)) {
            Instant until = memory.narrowHold(first.key(), now).coolsUntil();
            if (until == null || until.equals(first.until())) {
                return first.until();
            }
            parked.remove(first);
            parked.add(new Parked(until, first.key()));
        }
        return null;
    }

    private @Nullable Parked nextUntried(Set<String> tried) {
        for (Parked candidate : parked) {
            if (!tried.contains(candidate.key().fingerprint())) {
                return candidate;
            }
        }
        return null;
    }

    private void park(Parked resting) {
        turns.left(resting.key());
        parked.add(resting);
    }

    private void stepAside(Barred barred, Aside aside) {
        turns.left(barred.key());
        aside.add(barred.key(), groups.current(barred.key().group()), barred.bar());
    }

    private void unparkWhoseRestIsOver(Instant now) {
        while (!parked.isEmpty() && !now.isBefore(parked.first().until())) {
            turns.cameBack(parked.removeFirst().key());
        }
    }
}
