package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AdmittedCalls.AdmittedCall;
import io.keywheel.domain.quota.InFlightCalls.Call;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How many calls of a quota group may be pending for one model, so that a herd does not run into a limit that
/// the first of it would have met.
///
/// One call may be pending as soon as enough is left for it, for its outcome says more. Others may as long as what
/// is left, as far as the provider has said, is enough for all that are pending and one more, and as the [SlowStart]
/// admits them.
public final class AdmissionControl {

    /// Only a shortage that lasts so long is reported: shorter ones are usual for a busy key.
    private static final Duration LONG_SHORTAGE = Duration.ofMinutes(1);

    /// A fact of another gateway arrives here within this time.
    private static final Duration PUBLISHING_DELAY = Duration.ofMillis(100);

    private final InFlightCalls inFlight = new InFlightCalls();
    private final TokenBuckets buckets = new TokenBuckets();
    private SlowStart slowStart = SlowStart.OPEN;

    /// Calls admitted whose answers are under way: what these will report is of when the calls were admitted.
    private AdmittedCalls admitted = new AdmittedCalls();

    private Instant shortageReportedUntil = Instant.MIN;
    private Snapshot snapshot = Snapshot.NOTHING;

    public Snapshot snapshot() {
        return snapshot;
    }

    /// How many calls may still be refused.
    public int inFlight(Instant now) {
        admitUnrefused(now);
        return inFlight.count();
    }

    public boolean isLimited() {
        return slowStart.isLimited() || !buckets.isEmpty();
    }

    /// Whether calls of `need` could be too many, beside those in flight: each of so many other gateways may have
    /// begun as many within the last moment as this one, and one more. After a reset, all begin at once.
    public boolean isShort(int others, long need, Instant now) {
        admitUnrefused(now);
        int more = others * (1 + inFlight.begunSince(now.minus(PUBLISHING_DELAY)));
        return !slowStart.admits(inFlight.count() + more)
                || !buckets.areKnownToHold(inFlight.count() + more, inFlight.tokens() + more * need, need, now);
    }

    /// Whether nothing would keep a call of `need` away if those of `others` had not begun.
    ///
    /// @param probe whether the call is made however little is left
    public boolean hasRoomWithout(List<Step.Attempt> others, long need, boolean probe, Instant now) {
        admitUnrefused(now);
        return inFlight.without(
                others.stream().map(Call::of).toList(),
                () -> inFlightBlock(need, now) == null && (probe || budgetBlock(need, now) == null));
    }

    /// Keeps a call of `need` from joining those that are pending: their outcome says more. Null for nothing.
    @Nullable
    public AdmissionBlock inFlightBlock(long need, Instant now) {
        admitUnrefused(now);
        Call first = inFlight.first();
        if (first == null) {
            return null;
        }
        if (!slowStart.admits(inFlight.count())) {
            return new AdmissionBlock(first.admittedAt(), 0, buckets.largestFitting(now));
        }
        Instant room = buckets.roomBeside(inFlight, need, now);
        if (!room.isAfter(now)) {
            return null;
        }
        Instant until = room.isBefore(first.admittedAt()) ? room : first.admittedAt();
        return new AdmissionBlock(until, need, Math.min(buckets.largestFitting(now), buckets.limitFor(need)));
    }

    /// Keeps a call of `need` away until enough is left for it. Null for nothing.
    ///
    /// What is pending only takes more: it counts as admitted. Once enough is left without that, its outcome
    /// decides.
    @Nullable
    public AdmissionBlock budgetBlock(long need, Instant now) {
        admitUnrefused(now);
        Instant enough = buckets.enoughFrom(need, now);
        if (!enough.isAfter(now)) {
            return null;
        }
        Instant until = inFlight.first() == null
                ? enough
                : Instants.later(enough, onceLetIn().enoughFrom(need, now));
        return new AdmissionBlock(until, enough, need, buckets.limitFor(need));
    }

    private TokenBuckets onceLetIn() {
        TokenBuckets then = buckets.withReserve();
        inFlight.list().forEach(call -> then.take(new AdmittedCall(call, call.admittedAt()), call.admittedAt()));
        return then;
    }

    /// From when on enough is left for a call of `need`, where that is an event and has not been reported.
    public Optional<Instant> longShortage(long need, Instant now) {
        Instant enough = buckets.enoughFrom(need, now);
        if (enough.isBefore(now.plus(LONG_SHORTAGE))
                || (now.isBefore(shortageReportedUntil)
                        && !PoolEvent.becomesLong(shortageReportedUntil, enough, now))) {
            return Optional.empty();
        }
        shortageReportedUntil = enough;
        return Optional.of(enough);
    }

    public void begin(PoolKey key, Instant now, long need) {
        inFlight.add(new Call(key.fingerprint(), now, need));
    }

    /// The attempt `decided` on begins at `now`. Decided on too long ago, it was admitted by mistake.
    public void postpone(Step.Attempt decided, Instant now) {
        Call call = Call.of(decided);
        if (forget(call, SpentTokens.NOTHING, now)) {
            inFlight.add(Call.of(decided.begunAt(now)));
        }
    }

    /// `attempt` was decided on and not made.
    public void withdrawn(Step.Attempt attempt, Instant now) {
        forget(Call.of(attempt), SpentTokens.NOTHING, now);
    }

    public void failed(Step.Attempt attempt, SpentTokens spentTokens, Instant now) {
        admitUnrefused(now);
        forget(Call.of(attempt), spentTokens, now);
    }

    /// Whether it was known of. One that is pending has taken nothing yet.
    private boolean forget(Call call, SpentTokens spentTokens, Instant now) {
        return inFlight.remove(call) || end(call, spentTokens, RateLimitStatus.UNKNOWN, now) != null;
    }

    /// What it has taken and not spent comes back.
    private @Nullable AdmittedCall end(
            Call call, SpentTokens spentTokens, RateLimitStatus rateLimitStatus, Instant now) {
        AdmittedCall ended = admitted.end(call, spentTokens);
        if (ended != null) {
            buckets.giveBack(ended, spentTokens, rateLimitStatus, now);
        }
        return ended;
    }

    /// Before anything is reported, so that it does not matter whether anybody has looked meanwhile.
    private void admitUnrefused(Instant now) {
        for (Call first = inFlight.first();
                first != null && !now.isBefore(first.admittedAt());
                first = inFlight.first()) {
            inFlight.remove(first);
            admit(first, first.admittedAt());
        }
    }

    /// `attempt` is being answered: what it will report in the end is of now.
    public void answering(Step.Attempt attempt, Instant now) {
        admitUnrefused(now);
        Call call = Call.of(attempt);
        if (inFlight.remove(call)) {
            admit(call, now);
        }
    }

    /// `attempt` has been answered, which reported what was left when it was admitted.
    public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, SpentTokens spentTokens, Instant now) {
        answering(attempt, now);
        Call call = Call.of(attempt);
        AdmittedCall ended = end(call, spentTokens, rateLimitStatus, now);
        report(rateLimitStatus, ended == null ? new AdmittedCall(call, now) : ended, now);
    }

    /// `attempt` met a limit, and reported what is left.
    public void limited(Step.Attempt attempt, RateLimitStatus rateLimitStatus, Instant now) {
        slowStart = slowStart.afterLimit(attempt.startedAt(), now);
        report(rateLimitStatus, new AdmittedCall(Call.of(attempt), now), now);
    }

    /// `attempt` of another gateway, which it began at `begun`, has ended.
    public void endedElsewhere(Step.Attempt attempt, Fact.Ended fact, Instant begun, Instant now) {
        admitUnrefused(now);
        Call call = Call.of(attempt);
        if (fact.end() == Fact.End.ANSWERED && inFlight.remove(call)) {
            admit(call, now);
        }
        AdmittedCall ended =
                inFlight.remove(call) ? null : end(call, SpentTokens.by(fact.end(), fact.spent()), fact.left(), now);
        if (fact.end() == Fact.End.LIMITED) {
            slowStart = slowStart.afterLimit(begun, now);
        }
        report(fact.left(), ended == null ? new AdmittedCall(call, now) : ended, begun, now);
    }

    private void admit(Call call, Instant now) {
        slowStart = slowStart.afterAdmission(call.begun(), inFlight.count() + 1);
        buckets.take(admitted.add(call, now), now);
    }

    private void report(RateLimitStatus rateLimitStatus, AdmittedCall call, Instant now) {
        report(rateLimitStatus, call, call.call().begun(), now);
    }

    /// What was left when `call` was admitted, less what was admitted since.
    private void report(RateLimitStatus rateLimitStatus, AdmittedCall call, Instant begun, Instant now) {
        if (rateLimitStatus.buckets().isEmpty()) {
            return;
        }
        for (Bucket bucket : rateLimitStatus.buckets()) {
            if (buckets.isSupersededBy(bucket, begun)) {
                TokenBucket tokenBucket = TokenBucket.reported(bucket, call.at(), begun, buckets.of(bucket.name()))
                        .less(call.callsSince(), call.tokensSince(), now);
                for (AdmittedCall since : admitted.after(call)) {
                    tokenBucket = tokenBucket.takenBy(since, now);
                }
                buckets.put(tokenBucket);
            }
        }
        snapshot = Snapshot.later(snapshot, new Snapshot(rateLimitStatus, begun, call.at()));
    }

    /// Forgets the calls of keys whose fingerprints are not `known`: they will not be reported on.
    ///
    /// Those admitted are taken to have spent all that they may.
    public void keep(Predicate<String> known, Instant now) {
        inFlight.keep(known);
        admitted.unless(known)
                .forEach(call -> end(
                        call, SpentTokens.by(Fact.End.FAILED, call.estimatedTokens()), RateLimitStatus.UNKNOWN, now));
    }

    /// Knows of one group what was known of two.
    public void absorb(AdmissionControl other, Instant now) {
        admitUnrefused(now);
        other.admitUnrefused(now);
        inFlight.absorb(other.inFlight);
        slowStart = SlowStart.later(slowStart, other.slowStart);
        admitted = admitted.with(other.admitted);
        buckets.absorb(other.buckets);
        shortageReportedUntil = Instants.later(shortageReportedUntil, other.shortageReportedUntil);
        snapshot = Snapshot.later(other.snapshot, snapshot);
    }

    /// What a provider said is left.
    ///
    /// @param of when the call had begun to which it said so
    /// @param at when it said so; null where it never did
    public record Snapshot(
            RateLimitStatus allowance, Instant of, @Nullable Instant at) {

        public static final Snapshot NOTHING = new Snapshot(RateLimitStatus.UNKNOWN, Instant.MIN, null);

        /// What was said to the later call, and of two that began together `b`.
        private static Snapshot later(Snapshot a, Snapshot b) {
            return b.of.isBefore(a.of) ? a : b;
        }
    }
}
