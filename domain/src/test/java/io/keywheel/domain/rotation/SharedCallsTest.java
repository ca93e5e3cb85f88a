package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.SharedPools.Call;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedCallsTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("busy", A_SECOND);

    private final SharedPools pools = new SharedPools(3, keys(GROQ, "a"));
    private final TestPool first = pools.first();
    private final TestPool second = pools.second();
    private final TestPool third = pools.gateways.get(2);

    @Test
    void calls_are_not_published_while_no_limit_is_known() {
        Call call = pools.made(first, request());

        assertNull(call.published());
        pools.answered(call, RateLimitStatus.UNKNOWN);
        assertEquals(List.of(), pools.published(first));
    }

    @Test
    void remaining_quota_is_shared_with_all_gateways() {
        pools.answered(pools.made(first, request()), left(0));
        pools.sync();

        assertFalse(second.isReady());
        pools.pass(A_MINUTE);
        assertTrue(second.isReady());
    }

    @Test
    void quota_from_before_a_provider_was_replaced_is_not_published() {
        Call call = pools.made(first, request());
        first.reload(GROQ, keys(GROQ, "a"));
        var _ = pools.published(first);

        pools.answered(call, left(0));

        assertEquals(List.of(), pools.published(first));
    }

    @ParameterizedTest
    @CsvSource({"answered, 19", "limited, 19", "withdrawn, 20"})
    void call_ends_at_other_gateways_although_its_key_was_removed(String how, int left) {
        knowing(left(20));
        Call call = pools.decided(first, first.needing(100));
        pools.learn(first, List.of(pools.asSeenByOthers(first, requireNonNull(call.published()))));
        first.reload(keys(GROQ, "b"));

        switch (how) {
            case "answered" -> pools.answered(call, left(0));
            case "limited" -> pools.failed(call, tooMany());
            default -> pools.withdrawn(call);
        }

        List<Fact> published = pools.published(first);
        assertEquals(List.of(RateLimitStatus.UNKNOWN), quotas(published));
        pools.learn(first, published);
        assertEquals(left, ready(second));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void accepted_call_of_a_removed_key_counts_as_having_spent_its_estimate(boolean answered) {
        Duration reset = Duration.ofMinutes(5);
        knowing(reported(new RateLimitStatus.Bucket("tokens-minute", 30_000L, 20_000, reset)));
        Call call = pools.made(first, first.needing(15_000));
        pools.sync();
        first.reload(keys(GROQ, "b"));
        pools.pass(A_SECOND);

        var _ = answered
                ? first.keyPool.answered(call.attempt(), call.published(), RateLimitStatus.UNKNOWN, 50, first.now)
                : first.keyPool.failed(call.attempt(), call.published(), new Failure.Rejected(NO), 0, first.now, 0);
        pools.sync();

        assertFalse(second.choose(second.needing(15_000)) instanceof Step.Attempt);
    }

    private static Failure tooMany() {
        return new Failure.RateLimited("too many", A_SECOND, left(0), null, true, 0);
    }

    private static List<RateLimitStatus> quotas(List<Fact> facts) {
        return facts.stream()
                .filter(Fact.Ended.class::isInstance)
                .map(ended -> ((Fact.Ended) ended).rateLimitStatus())
                .toList();
    }

    @Test
    void quota_that_a_refusal_reports_is_published_with_the_end_of_the_call() {
        pools.answered(pools.made(first, request()), left(5));
        Call call = pools.made(first, request());
        var _ = pools.published(first);

        pools.failed(call, tooMany());

        assertEquals(List.of(left(0)), quotas(pools.published(first)));
    }

    @ParameterizedTest(name = "call ends after {0} ms")
    @ValueSource(ints = {0, 1_000})
    void refused_call_of_another_gateway_refunds_its_quota(int millis) {
        knowing(left(2));
        Call refused = pools.made(first, request());
        pools.sync();
        second.attempt();
        pools.pass(Duration.ofMillis(millis));
        assertFalse(second.isReady());

        pools.failed(refused, new Failure.Rejected(NO));
        pools.sync();

        assertTrue(second.isReady());
    }

    @ParameterizedTest(name = "Retry-After {0}: {1}")
    @CsvSource({"PT1S, one at a time", ", as before"})
    void group_rate_limit_of_a_call_begins_slow_start_at_all_gateways(@Nullable Duration after, String how) {
        knowing(left(100));
        pools.made(first, request());
        pools.pass(A_SECOND);
        learnEnd(0, Fact.End.of(limited(after)));
        pools.pass(Duration.ofMillis(1));

        second.attempt();

        assertEquals(how.equals("as before"), second.isReady());
    }

    @Test
    void request_waits_longer_when_another_gateway_takes_quota() {
        knowing(reported(new RateLimitStatus.Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true)));
        RequestAttempts large = second.needing(5000);
        var before = (KeySelector.NoneReady) second.choose(large);

        second.learn(new Fact.Called(
                new Fact.CallId("other", 1),
                callTarget("a", BIG),
                500,
                false,
                Set.of(),
                second.now,
                second.now.plus(A_SECOND)));

        var after = (KeySelector.NoneReady) second.choose(large);
        assertEquals(Objects.requireNonNull(before.readyAt()).plusSeconds(5), after.readyAt());
    }

    @Test
    void duplicate_or_reordered_facts_count_once() {
        knowing(left(20));
        Call call = pools.made(first, request());
        List<Fact> begun = pools.published(first);
        pools.failed(call, new Failure.Rejected(NO));
        List<Fact> ended = pools.published(first);

        pools.learn(first, ended);
        pools.learn(first, ended);
        pools.learn(first, begun);
        pools.learn(first, begun);

        assertEquals(20, ready(second));
    }

    @Test
    void call_of_a_vanished_gateway_counts_as_spent_after_ten_minutes() {
        knowing(reported(bucket(3, Duration.ofHours(1))));
        Call gone = pools.made(first, request());
        pools.sync();
        pools.pass(Duration.ofMinutes(10).plusMillis(1));
        pools.answered(pools.made(second, request()), RateLimitStatus.UNKNOWN);
        pools.sync();

        pools.failed(gone, new Failure.Rejected(NO));
        pools.sync();

        assertEquals(1, ready(third));
    }

    @ParameterizedTest(name = "{0} requests left, fact read {1} s later")
    @CsvSource({"3, 5", "50, 1"})
    void late_claim_or_unclaimed_call_is_not_in_flight_after_seconds(int left, int seconds) {
        knowing(left(left));
        Fact call = pools.asSeenByOthers(
                first, requireNonNull(pools.decided(first, request()).published()));
        pools.pass(Duration.ofSeconds(seconds));

        pools.learn(first, List.of(call));

        assertEquals(0, pending(second), "it may still be refused");
    }

    @Test
    void remaining_quota_of_a_model_is_known_before_its_first_use() {
        RequestAttempts request = RequestAttempts.begin(groqs(SMALL), first.terms(), TokenEstimate.of(0));
        pools.answered(pools.made(first, request), left(0));

        pools.sync();

        assertFalse(second.isReady(groqs(SMALL)));
    }

    @Test
    void answers_with_remaining_quota_evict_no_learned_limit() {
        var unused = new Fact.CallTarget(GROQ, "a", SMALL);
        var spent = new Fact.Ended(new Fact.CallId("", 1), unused, Fact.End.ANSWERED, 0, left(0), pools.now());
        pools.learn(first, List.of(pools.asSeenByOthers(first, spent)));

        for (int i = 0; i < 100; i++) {
            var other = new Fact.CallTarget(GROQ, "a", new ModelId("model-" + i));
            var ended = new Fact.Ended(new Fact.CallId("", i + 2), other, Fact.End.ANSWERED, 0, left(5), pools.now());
            pools.learn(first, List.of(pools.asSeenByOthers(first, ended)));
        }

        assertFalse(second.isReady(groqs(SMALL)));
    }

    @Test
    void remaining_quota_of_an_unused_model_is_ignored_if_the_call_failed() {
        var model = new Fact.CallTarget(GROQ, "a", SMALL);
        var failed = new Fact.Ended(new Fact.CallId("", 1), model, Fact.End.FAILED, 0, left(0), pools.now());

        pools.learn(first, List.of(pools.asSeenByOthers(first, failed)));

        assertTrue(second.isReady(groqs(SMALL)));
    }

    @Test
    void first_claim_in_the_log_gets_the_last_quota() {
        knowing(left(1));
        claimAnotherModel(first);
        Call late = pools.decided(first, request());
        Call early = pools.decided(second, request());

        assertTrue(pools.claimed(early));
        assertFalse(pools.claimed(late));

        assertFalse(first.isReady());
        assertFalse(third.isReady());
    }

    @Test
    void claim_counts_until_its_withdrawal_despite_clock_skew() {
        knowing(reported(new RateLimitStatus.Bucket("requests-minute", 1L, 0, A_MINUTE)));
        second.now = START.plus(A_MINUTE);
        third.now = second.now.minusMillis(1);
        assertFalse(third.isReady(), "not yet, by its clock");

        Call call = pools.decided(second, request());
        assertTrue(pools.claimed(call));
        third.now = second.now;
        assertFalse(third.isReady());

        pools.withdrawn(call);
        pools.sync();
        assertTrue(third.isReady());
    }

    @Test
    void lost_claim_takes_no_quota_at_any_gateway() {
        knowing(left(2));
        Call lost = pools.decided(first, request());
        Call one = pools.decided(second, request());
        Call other = pools.decided(second, request());
        assertTrue(pools.claimed(one));
        assertTrue(pools.claimed(other));
        assertFalse(pools.claimed(lost));
        pools.failed(one, new Failure.Rejected(NO));
        pools.failed(other, new Failure.Rejected(NO));
        pools.sync();

        assertEquals(2, ready(first));
        assertEquals(2, ready(third));
    }

    @Test
    void calls_after_a_reset_need_claims_until_an_answer_reports_the_quota() {
        knowing(reported(bucket(50, A_SECOND.multipliedBy(10))));
        pools.pass(A_SECOND.multipliedBy(10));

        Call call = pools.decided(first, request());
        assertTrue(pools.claimed(call));
        pools.answered(call, left(50));
        assertFalse(claims(first));
    }

    @Test
    void single_gateway_needs_no_claim() {
        pools.answered(pools.made(first, request()), left(1));

        assertFalse(claims(first));
    }

    @Test
    void gateway_without_facts_for_a_minute_needs_no_claims_from_others() {
        knowing(left(1));
        pools.pass(A_MINUTE.plusMillis(1));

        assertFalse(claims(first));
        pools.made(second, request());
        pools.sync();
        assertTrue(claims(third), "one has made a call");
    }

    @Test
    void claimed_probe_proceeds_despite_an_empty_bucket() {
        first.fail(new Failure.RateLimited("too many", A_SECOND, left(0)));
        pools.pass(A_SECOND);

        assertTrue(pools.claimed(pools.decided(first, request())));
    }

    @Test
    void probe_of_a_retired_key_loses_its_claim_after_the_last_quota_is_taken() {
        var pools = new SharedPools(2, keys(GROQ, "a@team", "b@team"));
        TestPool first = pools.first();
        TestPool second = pools.second();
        pools.answered(pools.made(first, request()), left(2, Duration.ofHours(2)));
        pools.sync();
        second.fail(new Failure.KeyRefused("no such key"));
        second.fail(new Failure.Unattributed("closed"));
        pools.pass(Duration.ofHours(1));
        Call probe = pools.decided(second, second.request());

        Call last = pools.made(first, request());
        pools.answered(last, left(0, Duration.ofHours(2)));
        pools.sync();

        assertEquals(Set.of(new Scope.OfKey(keyOf(probe))), probe.attempt().probes());
        assertNotEquals(keyOf(probe), keyOf(last));
        assertFalse(pools.claimed(probe));
    }

    @Test
    void gateway_waits_for_a_provider_probe_of_another_gateway() {
        first.fail(new Failure.Unavailable("down", A_SECOND));
        pools.sync();
        pools.pass(A_SECOND);

        assertTrue(pools.claimed(pools.decided(second, request())));

        assertFalse(first.isReady());
    }

    @Test
    void first_probe_claim_in_the_log_wins() {
        cooledDown(BUSY);
        claimAnotherModel(third);
        Call withdrawn = pools.decided(third, request());
        pools.withdrawn(withdrawn);
        Call one = pools.decided(first, request());
        pools.pass(Duration.ofMillis(1));
        Call other = pools.decided(second, request());

        assertTrue(pools.claimed(other));
        assertFalse(pools.claimed(one));

        assertFalse(first.isReady(), "it waits for the other's probe");
        assertFalse(third.isReady(), "the late one has not taken its place");
        pools.sync();
        assertFalse(third.isReady(), "nor has it ended with that");
        pools.answered(other, RateLimitStatus.UNKNOWN);
        pools.sync();
        assertTrue(first.attempt().probes().isEmpty());
    }

    @Test
    void claimed_probe_is_withdrawn_if_its_key_was_limited_again_before_it_was_decided() {
        Call slow = pools.made(second, request());
        cooledDown(limited(A_SECOND));
        pools.failed(slow, limited(A_MINUTE));
        pools.pass(Duration.ofMillis(1));
        Call probe = pools.decided(first, request());

        pools.sync();

        assertFalse(pools.claimed(probe));
        assertFalse(first.isReady());
    }

    @Test
    void request_that_saw_the_outage_loses_its_probe_to_an_earlier_claim() {
        var two = new SharedPools(2, keys(GROQ, "a", "b"));
        RequestAttempts failed = two.first().failing(request(), BUSY);
        two.sync();
        two.pass(A_SECOND);
        Call late = two.decided(two.first(), failed);
        two.pass(Duration.ofMillis(1));

        assertTrue(two.claimed(two.decided(two.second(), request())));
        assertFalse(two.claimed(late));
    }

    @Test
    void lost_probe_claim_does_not_replace_the_probe_of_the_first_one() {
        cooledDown(BUSY);
        Call one = pools.decided(first, request());
        Call lost = pools.decided(second, request());
        Call last = pools.decided(third, request());
        pools.pass(Duration.ofMillis(1));
        assertTrue(pools.claimed(one));
        assertFalse(pools.claimed(lost));
        pools.sync();

        assertFalse(pools.claimed(last));
        assertFalse(third.isReady(), "the probe of the first one goes on");
    }

    @Test
    void shared_probe_of_a_key_ends_with_its_report_although_the_model_was_evicted_here() {
        var pools = new SharedPools(2, keys(GROQ, "a"));
        TestPool first = pools.first();
        first.fail(groqs(SMALL), new Failure.KeyRefused("no such key"));
        pools.sync();
        pools.pass(Duration.ofHours(1));
        Call probe = pools.made(pools.second(), pools.second().request(groqs(SMALL)));
        pools.sync();
        for (int i = 0; i < 65; i++) {
            first.isReady(groqs(new ModelId("other-" + i)));
        }
        assertFalse(first.isReady(), "another gateway probes the key");

        pools.failed(probe, empty());
        pools.sync();

        assertTrue(first.isReady());
    }

    @Test
    void probe_of_a_vanished_gateway_ends_with_its_lease() {
        cooledDown(BUSY);
        assertTrue(pools.claimed(pools.decided(second, request())));

        pools.pass(Duration.ofSeconds(20).minusMillis(1));
        assertFalse(first.isReady());
        pools.pass(Duration.ofMillis(1));

        assertEquals(Set.of(new Scope.OfModel(GROQ, BIG)), first.attempt().probes());
    }

    @Test
    void call_proceeds_without_the_store_and_its_late_claim_is_ignored() {
        cooledDown(limited(A_SECOND));
        Call alone = pools.decided(first, request());
        Fact.Called late = requireNonNull(alone.published());
        assertTrue(pools.decided(alone) != null);

        first.learn(late);

        assertEquals(Set.of(Scope.Kind.GROUP_MODEL), late.probes(), "which arrives late and changes nothing");
        first.answered(alone.attempt());
        assertTrue(first.isReady());
    }

    @Test
    void claim_of_a_removed_key_is_lost() {
        cooledDown(limited(A_SECOND));
        Call call = pools.decided(first, request());
        first.reload(keys(GROQ, "b"));

        assertFalse(pools.claimed(call));
    }

    @Test
    void shared_calls_refund_across_a_reload_and_late_begin_facts_are_ignored() {
        knowing(left(20));
        Call over = pools.made(first, request());
        List<Fact> begun = pools.published(first);
        pools.failed(over, new Failure.Rejected(NO));
        Call going = pools.made(first, first.needing(100));
        pools.sync();

        second.reload(keys(GROQ, "a"));

        pools.learn(first, begun);
        pools.failed(going, new Failure.Rejected(NO));
        pools.sync();
        assertEquals(20, ready(second));
    }

    @Test
    void claims_from_before_and_after_a_reload_lose_to_earlier_ones() {
        knowing(left(2));
        Call late = pools.decided(first, request());

        first.reload(keys(GROQ, "a"));

        Call later = pools.decided(first, request());
        List<Call> early = List.of(pools.decided(second, request()), pools.decided(second, request()));
        early.forEach(call -> assertTrue(pools.claimed(call)));
        assertFalse(pools.claimed(late));
        assertFalse(pools.claimed(later));
    }

    @Test
    void pool_remembers_10_000_shared_calls_and_100_gateways() {
        knowing(reported(bucket(10_204, Duration.ofHours(1))));
        Instant start = second.now;
        for (int i = 0; i < 10_002; i++) {
            second.now = start.plus(Duration.ofMillis(i));
            var id = new Fact.CallId("other-" + i, i);
            second.learn(new Fact.Called(id, callTarget("a", BIG), 0, false, Set.of(), second.now, second.now));
        }
        second.pass(A_SECOND);

        assertFalse(claims(second), "for each gateway two are left");
        for (int i = 0; i < 2; i++) {
            var id = new Fact.CallId("other-" + i, i);
            second.learn(new Fact.Ended(
                    id, callTarget("a", BIG), Fact.End.REFUSED, 0, RateLimitStatus.UNKNOWN, start.plusMillis(i)));
        }
        assertEquals(202, ready(second), "the second call came back, and the first did not");
    }

    @Test
    void two_thousand_simultaneous_claims_are_decided_within_30_s() {
        knowing(reported(bucket(50_000, A_SECOND.multipliedBy(10))));
        pools.pass(A_SECOND.multipliedBy(12));
        var calls = new ArrayList<Call>();
        for (int i = 0; i < 2_000; i++) {
            first.now = first.now.plusNanos(1_000);
            calls.add(pools.decided(first, request()));
        }
        List<Fact> claims = List.copyOf(
                calls.stream().map(call -> requireNonNull(call.published())).toList());

        // The bound catches quadratic work: it took nearly a minute when each claim moved all others.
        assertTimeout(A_SECOND.multipliedBy(30), () -> first.keyPool.learn(claims, first.now));

        assertTrue(calls.stream().allMatch(call -> pools.decided(call) != null));
    }

    @Test
    void number_of_buckets_from_other_gateways_is_bounded() {
        second.isReady();
        var spent = new RateLimitStatus.Bucket("requests-0", 100L, 0, A_MINUTE);
        learnEnd(0, Fact.End.ANSWERED, spent);

        for (int i = 1; i <= 32; i++) {
            assertFalse(second.isReady(), "one of " + i);
            learnEnd(i, Fact.End.ANSWERED, new RateLimitStatus.Bucket("requests-" + i, 100L, 100, A_MINUTE));
        }

        assertTrue(second.isReady(), "the first of 33 is forgotten");
    }

    private void learnEnd(long number, Fact.End end, RateLimitStatus.Bucket... left) {
        var id = new Fact.CallId("other", number);
        second.learn(new Fact.Ended(id, callTarget("a", BIG), end, 0, reported(left), second.now));
    }

    /// Passes the remaining quota and a first call of each gateway to all gateways.
    private void knowing(RateLimitStatus left) {
        for (TestPool gateway : pools.gateways) {
            pools.answered(pools.decided(gateway, request()), left);
            gateway.now = gateway.now.plusSeconds(1);
        }
        pools.gateways.forEach(gateway -> gateway.now = first.now.plusSeconds(2));
        pools.sync();
    }

    /// All gateways know a cooldown that has ended, so that a probe is due.
    private void cooledDown(Failure failure) {
        first.fail(failure);
        pools.sync();
        pools.pass(A_SECOND);
    }

    private void claimAnotherModel(TestPool gateway) {
        gateway.fail(groqs(SMALL), limited(A_SECOND));
        pools.pass(A_SECOND);
        pools.decided(gateway, gateway.request(groqs(SMALL)));
    }

    private static int ready(TestPool gateway) {
        int calls = 0;
        while (calls < 1_000 && gateway.isReady()) {
            calls++;
        }
        return calls;
    }

    private boolean claims(TestPool gateway) {
        return requireNonNull(pools.decided(gateway, request()).published()).claimed();
    }

    private static KeySlot keyOf(Call call) {
        return call.attempt().target().key().slot();
    }

    private static long pending(TestPool gateway) {
        return gateway.shown().getFirst().models().getFirst().pending();
    }

    private RequestAttempts request() {
        return first.request();
    }

    private static RateLimitStatus left(int calls) {
        return left(calls, A_MINUTE);
    }

    private static RateLimitStatus left(int calls, Duration reset) {
        return reported(bucket(calls, reset));
    }

    private static RateLimitStatus.Bucket bucket(int calls, Duration reset) {
        return new RateLimitStatus.Bucket("requests-minute", 100_000L, calls, reset);
    }
}
