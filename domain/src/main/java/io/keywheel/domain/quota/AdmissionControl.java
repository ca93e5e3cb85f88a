package io.keywheel.domain.quota;

import io.keywheel.domain.failover.Instants;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.quota.AcceptedCalls.AcceptedCall;
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

/// Limits how many calls of a quota group may be in flight for one model. So not all of them meet a limit that
/// the first would have shown.
///
/// One call may be in flight as soon as enough quota is left for it: its outcome updates the estimate. Another one
/// may join while the reported quota is enough for all in flight and one more, and while [SlowStart] admits it.
public final class AdmissionControl {

    /// Shorter shortages are not reported: they are usual for a busy key.
    private static final Duration LONG_SHORTAGE = Duration.ofMinutes(1);

    /// A fact of another gateway arrives here within this time.
    private static final Duration PUBLISHING_DELAY = Duration.ofMillis(100);

    private final InFlightCalls inFlight = new InFlightCalls();
    private final TokenBuckets buckets = new TokenBuckets();
    private SlowStart slowStart = SlowStart.OPEN;

    /// Accepted calls whose answers are under way. Their reports will show the quota at the time of acceptance.
    private AcceptedCalls accepted = new AcceptedCalls();

    private Instant shortageReportedUntil = Instant.MIN;
    private Report lastReport = Report.NONE;

    public Report lastReport() {
        return lastReport;
    }

    /// How many calls are in flight, so that the provider may still refuse them.
    public int inFlight(Instant now) {
        acceptUnrefused(now);
        return inFlight.count();
    }

    public boolean isLimited() {
        return slowStart.isLimited() || !buckets.isEmpty();
    }

    /// Whether a call of `need` could exceed the limit, because calls of other gateways are not known here yet.
    /// Each of `others` gateways may just have begun as many as this one, and one more: after a reset, all begin
    /// together.
    public boolean mayExceedLimit(int others, long need, Instant now) {
        acceptUnrefused(now);
        int more = others * (1 + inFlight.begunSince(now.minus(PUBLISHING_DELAY)));
        return !slowStart.admits(inFlight.count() + more)
                || !buckets.areKnownToHold(inFlight.count() + more, inFlight.tokens() + more * need, need, now);
    }

    /// Whether a call of `need` would be admitted if those of `others` had not begun.
    ///
    /// @param probe whether the call probes the group for the model, so that the quota does not count
    public boolean hasRoomWithout(List<Step.Attempt> others, long need, boolean probe, Instant now) {
        acceptUnrefused(now);
        // Room beside all calls is room beside fewer. Usually there is, and it need not copy thousands of calls.
        return (inFlightBlock(inFlight, need, now) == null
                        || inFlightBlock(inFlight.without(others.stream().map(Call::of)), need, now) == null)
                && (probe || !buckets.enoughFrom(need, now).isAfter(now));
    }

    /// The block for a call of `need` until the outcome of a call in flight is known; null for none.
    public @Nullable AdmissionBlock inFlightBlock(long need, Instant now) {
        acceptUnrefused(now);
        return inFlightBlock(inFlight, need, now);
    }

    private @Nullable AdmissionBlock inFlightBlock(InFlightCalls calls, long need, Instant now) {
        Call first = calls.first();
        if (first == null) {
            return null;
        }
        if (!slowStart.admits(calls.count())) {
            return new AdmissionBlock(first.acceptedAt(), 0, buckets.largestFitting(now));
        }
        Instant room = buckets.roomBeside(calls, need, now);
        if (!room.isAfter(now)) {
            return null;
        }
        Instant until = Instants.earlier(room, first.acceptedAt());
        return new AdmissionBlock(until, need, Math.min(buckets.largestFitting(now), buckets.limitFor(need)));
    }

    /// The block for a call of `need` until enough quota is left for it; null for none.
    ///
    /// `until` assumes that the calls in flight are accepted. `recheck` ignores them: from then on, their outcome
    /// decides.
    public @Nullable AdmissionBlock quotaBlock(long need, Instant now) {
        acceptUnrefused(now);
        Instant enough = buckets.enoughFrom(need, now);
        if (!enough.isAfter(now)) {
            return null;
        }
        Instant until = inFlight.first() == null
                ? enough
                : Instants.later(enough, bucketsAfterAcceptance().enoughFrom(need, now));
        return new AdmissionBlock(until, enough, need, buckets.limitFor(need));
    }

    private TokenBuckets bucketsAfterAcceptance() {
        TokenBuckets then = buckets.copy();
        inFlight.list().forEach(call -> then.take(new AcceptedCall(call, call.acceptedAt()), call.acceptedAt()));
        return then;
    }

    /// When enough is left for a call of `need`; empty unless the shortage is long and has not been reported.
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

    /// The attempt `decided` begins at `now`. If it was decided long ago, it counted as accepted by mistake.
    public void postpone(Step.Attempt decided, Instant now) {
        if (forget(Call.of(decided), SpentTokens.NOTHING, now)) {
            inFlight.add(Call.of(decided.begunAt(now)));
        }
    }

    public void withdrawn(Step.Attempt attempt, Instant now) {
        forget(Call.of(attempt), SpentTokens.NOTHING, now);
    }

    public void failed(Step.Attempt attempt, SpentTokens spentTokens, Instant now) {
        acceptUnrefused(now);
        forget(Call.of(attempt), spentTokens, now);
    }

    /// Returns whether the call was known. A call in flight has taken nothing yet.
    private boolean forget(Call call, SpentTokens spentTokens, Instant now) {
        return inFlight.remove(call) || end(call, spentTokens, RateLimitStatus.UNKNOWN, now) != null;
    }

    /// Ends an accepted call, and returns what it took and did not spend. Returns null for an unknown call.
    private @Nullable AcceptedCall end(
            Call call, SpentTokens spentTokens, RateLimitStatus rateLimitStatus, Instant now) {
        AcceptedCall ended = accepted.end(call, spentTokens);
        if (ended != null) {
            buckets.refund(ended, spentTokens, rateLimitStatus, now);
        }
        return ended;
    }

    /// Counts calls that were not refused in time as accepted. Each report does so first, so that its result does not
    /// depend on earlier reads.
    private void acceptUnrefused(Instant now) {
        for (Call first = inFlight.first();
                first != null && !now.isBefore(first.acceptedAt());
                first = inFlight.first()) {
            inFlight.remove(first);
            accept(first, first.acceptedAt());
        }
    }

    /// The answer to `attempt` has begun, so the call is accepted now. Its final report will show the quota of
    /// now.
    public void answering(Step.Attempt attempt, Instant now) {
        acceptUnrefused(now);
        Call call = Call.of(attempt);
        if (inFlight.remove(call)) {
            accept(call, now);
        }
    }

    /// `attempt` has been answered. Its answer reported the quota at the time of its acceptance.
    public void answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus, SpentTokens spentTokens, Instant now) {
        answering(attempt, now);
        Call call = Call.of(attempt);
        AcceptedCall ended = end(call, spentTokens, rateLimitStatus, now);
        report(rateLimitStatus, ended == null ? new AcceptedCall(call, now) : ended, call.begun(), now);
    }

    /// @param rateLimitStatus the remaining quota that the response reported, if any
    public void limited(Step.Attempt attempt, RateLimitStatus rateLimitStatus, Instant now) {
        slowStart = slowStart.afterLimit(attempt.startedAt(), now);
        report(rateLimitStatus, new AcceptedCall(Call.of(attempt), now), attempt.startedAt(), now);
    }

    /// `attempt` of another gateway has ended.
    public void endedElsewhere(Step.Attempt attempt, Fact.Ended fact, Instant now) {
        acceptUnrefused(now);
        Call call = Call.of(attempt);
        boolean isAnswered = fact.end() == Fact.End.ANSWERED;
        boolean wasInFlight = inFlight.remove(call);
        if (isAnswered && wasInFlight) {
            accept(call, now);
        }
        AcceptedCall ended = isAnswered || !wasInFlight
                ? end(call, SpentTokens.by(fact.end(), fact.spent()), fact.rateLimitStatus(), now)
                : null;
        if (fact.end() == Fact.End.LIMITED) {
            slowStart = slowStart.afterLimit(fact.begun(), now);
        }
        report(fact.rateLimitStatus(), ended == null ? new AcceptedCall(call, now) : ended, fact.begun(), now);
    }

    private void accept(Call call, Instant now) {
        slowStart = slowStart.afterAcceptance(call.begun(), inFlight.count() + 1);
        buckets.take(accepted.add(call, now), now);
    }

    /// Sets the buckets to what was left when `call` was accepted, less what was accepted since.
    private void report(RateLimitStatus rateLimitStatus, AcceptedCall call, Instant begun, Instant now) {
        if (rateLimitStatus.buckets().isEmpty()) {
            return;
        }
        for (Bucket bucket : rateLimitStatus.buckets()) {
            if (buckets.isSupersededBy(bucket, begun)) {
                TokenBucket tokenBucket = TokenBucket.reported(bucket, call.at, begun, buckets.of(bucket.name()))
                        .spent(call.callsSince, call.tokensSince, now);
                for (AcceptedCall since : accepted.after(call)) {
                    tokenBucket = tokenBucket.takenBy(since, now);
                }
                buckets.put(tokenBucket);
            }
        }
        lastReport = Report.later(lastReport, new Report(rateLimitStatus, begun, call.at));
    }

    /// Drops the calls of keys whose fingerprints are not `known`, because their ends are not reported. Accepted
    /// ones count as having spent their whole estimate.
    public void retainKeys(Predicate<String> known, Instant now) {
        inFlight.retainKeys(known);
        accepted.ofOtherKeys(known)
                .forEach(call -> end(
                        call, SpentTokens.by(Fact.End.FAILED, call.estimatedTokens()), RateLimitStatus.UNKNOWN, now));
    }

    public void merge(AdmissionControl other, Instant now) {
        acceptUnrefused(now);
        other.acceptUnrefused(now);
        inFlight.merge(other.inFlight);
        slowStart = SlowStart.later(slowStart, other.slowStart);
        accepted = accepted.with(other.accepted);
        buckets.merge(other.buckets);
        lastReport = Report.later(other.lastReport, lastReport);
    }

    /// The last report of a provider on the remaining quota.
    ///
    /// @param begun the start of the call whose answer reported it
    /// @param at the time for which the report holds; null without a report
    public record Report(
            RateLimitStatus status, Instant begun, @Nullable Instant at) {

        public static final Report NONE = new Report(RateLimitStatus.UNKNOWN, Instant.MIN, null);

        /// The report to the call that began later; `b` if both began together.
        private static Report later(Report a, Report b) {
            return b.begun.isBefore(a.begun) ? a : b;
        }
    }
}
