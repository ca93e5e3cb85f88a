package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    private final SharedSteps shared = new SharedSteps(pools);
    private final TestPool first = pools.first();
    private final TestPool second = pools.second();
    private final TestPool third = pools.gateways.get(2);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Quotas
                    the remaining quota is shared with all gateways | 1 make a; answer a left 0 1m; sync; 2 none; pass 1m; 2 ready
                    the remaining quota of a model is known before its first use | 1 small make a; answer a left 0 1m; sync; 2 small none
                    a refused call of another gateway refunds its quota | know 2 1m; 1 make a; sync; 2 ready; 2 none; fail a rejected; sync; 2 ready
                    a refused call of another gateway refunds its quota | know 2 1m; 1 make a; sync; 2 ready; pass 1s; 2 none; fail a rejected; sync; 2 ready
                    repeated or reordered facts count once | know 20 1m; 1 make a; 1 hold begun; fail a rejected; 1 hold ended; 1 tell ended; 1 tell ended; 1 tell begun; 1 tell begun; 2 room 20
                    a call of a vanished gateway counts as spent after ten minutes | know 3 1h; 1 make a; sync; pass 10m0.001s; 2 make b; answer b; sync; fail a rejected; sync; 3 room 1
                    calls are refunded across a reload, and late begins are ignored | know 20 1m; 1 make over; 1 hold begun; fail over rejected; 1 make going 100t; sync; 2 reload a; 1 tell begun; fail going rejected; sync; 2 room 20
                    # Claims for the last quota
                    the first claim in the log gets the last quota | know 1 1m; 1 small limit 1s; pass 1s; 1 small decide x; 1 decide late; 2 decide early; claim early won; claim late lost; 1 none; 3 none
                    a lost claim takes no quota at any gateway | know 2 1m; 1 decide lost; 2 decide one; 2 decide other; claim one won; claim other won; claim lost lost; fail one rejected; fail other rejected; sync; 1 room 2; 3 room 2
                    calls after a reset need claims until an answer reports the quota | know 50 10s; pass 10s; 1 decide a; claim a won; answer a left 50 1m; 1 claims no
                    a single gateway needs no claim | 1 make a; answer a left 1 1m; 1 claims no
                    a gateway without facts for a minute needs no claims from others | know 1 1m; pass 60.001s; 1 claims no; 2 make a; sync; 3 claims yes
                    a claim of a removed key is lost | 1 limit 1s; sync; pass 1s; 1 decide a; 1 reload b; claim a lost
                    claims from before and after a reload lose to earlier ones | know 2 1m; 1 decide late; 1 reload a; 1 decide later; 2 decide one; 2 decide two; claim one won; claim two won; claim late lost; claim later lost
                    # Claims for a probe
                    a claimed probe proceeds despite an empty bucket | 1 limit 1s left 0 requests 1m; pass 1s; 1 decide a; claim a won
                    a gateway waits for a probe of the provider by another | 1 down 1s; sync; pass 1s; 2 decide a; claim a won; 1 none
                    the first probe in the log wins | 1 busy 1s; sync; pass 1s; 3 small limit 1s; pass 1s; 3 small decide x; 3 decide w; withdraw w; 1 decide one; pass 0.001s; 2 decide other; claim other won; claim one lost; 1 none; 3 none; sync; 3 none; answer other; sync; 1 no-probe
                    a probe loses its claim if its key was limited again | 2 make slow; 1 limit 1s; sync; pass 1s; fail slow limit 1m; pass 0.001s; 1 decide probe; sync; claim probe lost; 1 none
                    a lost claim does not replace the first probe | 1 busy 1s; sync; pass 1s; 1 decide one; 2 decide lost; 3 decide last; pass 0.001s; claim one won; claim lost lost; sync; claim last lost; 3 none
                    a probe of a vanished gateway ends with its lease | 1 busy 1s; sync; pass 1s; 2 decide a; claim a won; pass 19.999s; 1 none; pass 0.001s; 1 probe
                    """)
    void calls_are_shared_by_claims_and_reports(String what, String steps) {
        shared.play(what, steps);
    }

    @Test
    void calls_are_not_published_while_no_limit_is_known() {
        Call call = pools.made(first, request());

        assertNull(call.published());
        pools.answered(call, RateLimitStatus.UNKNOWN);
        assertEquals(List.of(), pools.published(first));
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
        shared.knowing(left(20));
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
        assertEquals(left, SharedSteps.room(second));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void accepted_call_of_a_removed_key_counts_as_having_spent_its_estimate(boolean answered) {
        Duration reset = Duration.ofMinutes(5);
        shared.knowing(reported(new RateLimitStatus.Bucket("tokens-minute", 30_000L, 20_000, reset)));
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

    @ParameterizedTest(name = "Retry-After {0}: {1}")
    @CsvSource({"PT1S, one at a time", ", as before"})
    void group_rate_limit_of_a_call_begins_slow_start_at_all_gateways(@Nullable Duration after, String how) {
        shared.knowing(left(100));
        pools.made(first, request());
        pools.pass(A_SECOND);
        learnEnd(0, Fact.End.of(limited(after)));
        pools.pass(Duration.ofMillis(1));

        second.attempt();

        assertEquals(how.equals("as before"), second.isReady());
    }

    @Test
    void request_waits_longer_when_another_gateway_takes_quota() {
        shared.knowing(reported(new RateLimitStatus.Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true)));
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

    @ParameterizedTest(name = "{0} requests left, fact read {1} s later")
    @CsvSource({"3, 5", "50, 1"})
    void late_claim_or_unclaimed_call_is_not_in_flight_after_seconds(int left, int seconds) {
        shared.knowing(left(left));
        Fact call = pools.asSeenByOthers(
                first, requireNonNull(pools.decided(first, request()).published()));
        pools.pass(Duration.ofSeconds(seconds));

        pools.learn(first, List.of(call));

        assertEquals(0, pending(second), "it may still be refused");
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
    void claim_counts_until_its_withdrawal_despite_clock_skew() {
        shared.knowing(reported(new RateLimitStatus.Bucket("requests-minute", 1L, 0, A_MINUTE)));
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
    void pool_remembers_10_000_shared_calls_and_100_gateways() {
        shared.knowing(reported(bucket(10_204, Duration.ofHours(1))));
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
        assertEquals(202, SharedSteps.room(second), "the second call came back, and the first did not");
    }

    @Test
    void two_thousand_simultaneous_claims_are_decided_within_30_s() {
        shared.knowing(reported(bucket(50_000, A_SECOND.multipliedBy(10))));
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

    /// All gateways know a cooldown that has ended, so that a probe is due.
    private void cooledDown(Failure failure) {
        first.fail(failure);
        pools.sync();
        pools.pass(A_SECOND);
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
