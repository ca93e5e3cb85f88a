package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.rotation.SharedPools.Call;
import io.keywheel.domain.routing.KeySlot;
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

/// What gateways know of each other's calls.
class SharedCallsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SharedPools pools = new SharedPools(3, keys(GROQ, "a"));
    private final TestPool first = pools.first();
    private final TestPool second = pools.second();
    private final TestPool third = pools.gateways.get(2);

    @Test
    void nothing_is_published_of_calls_while_no_limit_is_known() {
        Call call = pools.made(first, request());

        assertNull(call.published());
        pools.answered(call, RateLimitStatus.UNKNOWN);
        assertEquals(List.of(), pools.published(first));
    }

    @Test
    void what_the_provider_said_is_left_is_known_to_all() {
        pools.answered(pools.made(first, request()), left(0));
        pools.sync();

        assertFalse(second.isReady(groqs(BIG)));
        pools.pass(A_MINUTE);
        assertTrue(second.isReady(groqs(BIG)));
    }

    @Test
    void a_call_of_another_gateway_takes_from_the_limit_until_it_is_reported_on() {
        knowing(left(3));
        pools.made(first, request());
        pools.made(first, request());
        pools.sync();

        second.attempt(groqs(BIG));

        assertFalse(second.isReady(groqs(BIG)));
    }

    @ParameterizedTest(name = "it ends after {0} ms")
    @ValueSource(ints = {0, 1_000})
    void a_call_of_another_gateway_that_ended_gives_back_what_it_did_not_spend(int millis) {
        knowing(left(2));
        Call refused = pools.made(first, request());
        pools.sync();
        second.attempt(groqs(BIG));
        pools.pass(Duration.ofMillis(millis));
        assertFalse(second.isReady(groqs(BIG)));

        pools.ended(refused, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        pools.sync();

        assertTrue(second.isReady(groqs(BIG)));
    }

    @ParameterizedTest(name = "it is to be asked again after {0}: {1}")
    @CsvSource({"PT1S, one at a time", ", as before"})
    void a_call_that_met_a_limit_of_its_group_makes_all_begin_slowly(@Nullable Duration after, String how) {
        knowing(left(100));
        Call call = pools.made(first, request());
        pools.pass(SECOND);
        pools.ended(call, Fact.End.of(limited(after)), RateLimitStatus.UNKNOWN);
        pools.sync();
        pools.pass(Duration.ofMillis(1));

        second.attempt(groqs(BIG));

        assertEquals(how.equals("as before"), second.isReady(groqs(BIG)));
    }

    @Test
    void a_request_waits_longer_when_another_gateway_takes_from_what_is_left() {
        knowing(new RateLimitStatus(
                List.of(new RateLimitStatus.Bucket("tokens", 8000L, 1000, Duration.ofSeconds(70), true))));
        RequestAttempts large = second.needing(5000);
        var before = (KeySelection.NoneReady) second.choose(large);
        var asked = new Fact.Asked(GROQ, "a", BIG);

        second.learn(new Fact.Called(
                new Fact.CallId("other", 1), asked, 500, false, Set.of(), second.now, second.now.plus(SECOND)));

        var after = (KeySelection.NoneReady) second.choose(large);
        assertEquals(Objects.requireNonNull(before.readyAt()).plusSeconds(5), after.readyAt());
    }

    @Test
    void facts_that_arrive_twice_or_in_the_wrong_order_count_once() {
        knowing(left(20));
        Call call = pools.made(first, request());
        List<Fact> begun = pools.published(first);
        pools.ended(call, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        List<Fact> ended = pools.published(first);

        pools.learn(first, ended);
        pools.learn(first, ended);
        pools.learn(first, begun);
        pools.learn(first, begun);

        assertEquals(20, ready(second));
    }

    @Test
    void a_call_of_a_gateway_that_is_gone_has_spent_what_it_may_after_ten_minutes() {
        knowing(new RateLimitStatus(List.of(bucket(3, Duration.ofHours(1)))));
        Call gone = pools.made(first, request());
        pools.sync();
        pools.pass(Duration.ofMinutes(10).plusMillis(1));
        pools.answered(pools.made(second, request()), RateLimitStatus.UNKNOWN);
        pools.sync();

        pools.ended(gone, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        pools.sync();

        assertEquals(1, ready(third));
    }

    @ParameterizedTest(name = "one of {0} left, read {1} s later")
    @CsvSource({"3, 5", "50, 1"})
    void a_claim_that_is_read_late_or_a_call_without_one_has_begun_long_ago(int left, int seconds) {
        knowing(left(left));
        Fact call = pools.asSeenByOthers(
                first, requireNonNull(pools.decided(first, request()).published()));
        pools.pass(Duration.ofSeconds(seconds));

        pools.learn(first, List.of(call));

        assertEquals(0, pending(second), "it may still be refused");
    }

    @Test
    void a_call_of_a_model_that_is_not_in_use_counts_for_nothing() {
        RequestAttempts request = RequestAttempts.begin(groqs(SMALL), first.terms(), TokenEstimate.of(0));
        pools.answered(pools.made(first, request), left(0));

        pools.sync();

        assertTrue(second.isReady(groqs(SMALL)));
    }

    @Test
    void the_first_claim_in_the_log_gets_the_last_of_a_limit() {
        knowing(left(1));
        claimAnotherModel(first);
        Call late = pools.decided(first, request());
        Call early = pools.decided(second, request());

        assertTrue(pools.claimed(early));
        assertFalse(pools.claimed(late));

        assertFalse(first.isReady(groqs(BIG)));
        assertFalse(third.isReady(groqs(BIG)));
    }

    @Test
    void a_claim_counts_until_it_is_withdrawn_whatever_the_clock_says() {
        knowing(new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests-minute", 1L, 0, A_MINUTE))));
        second.now = TestPool.START.plus(A_MINUTE);
        third.now = second.now.minusMillis(1);
        assertFalse(third.isReady(groqs(BIG)), "not yet, by its clock");

        Call call = pools.decided(second, request());
        assertTrue(pools.claimed(call));
        third.now = second.now;
        assertFalse(third.isReady(groqs(BIG)));

        pools.ended(call, Fact.End.WITHDRAWN, RateLimitStatus.UNKNOWN);
        pools.sync();
        assertTrue(third.isReady(groqs(BIG)));
    }

    @Test
    void own_claims_do_not_keep_each_other_away() {
        knowing(left(2));
        Call one = pools.decided(first, request());
        Call other = pools.decided(first, request());

        assertTrue(pools.claimed(other));
        assertTrue(pools.claimed(one));
    }

    @Test
    void a_lost_claim_leaves_the_turn_and_the_limit_as_they_were_at_all_gateways() {
        knowing(left(2));
        Call lost = pools.decided(first, request());
        Call one = pools.decided(second, request());
        Call other = pools.decided(second, request());
        assertTrue(pools.claimed(one));
        assertTrue(pools.claimed(other));
        assertFalse(pools.claimed(lost));
        pools.ended(one, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        pools.ended(other, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        pools.sync();

        assertEquals(2, ready(first));
        assertEquals(2, ready(third));
    }

    @Test
    void a_limit_with_room_for_all_gateways_needs_no_claim() {
        knowing(left(50));

        assertFalse(claims(first));
    }

    @Test
    void until_an_answer_reports_on_a_new_window_each_call_of_it_is_claimed() {
        knowing(new RateLimitStatus(List.of(bucket(50, SECOND.multipliedBy(10)))));
        pools.pass(SECOND.multipliedBy(10));

        Call call = pools.decided(first, request());
        assertTrue(pools.claimed(call));
        pools.answered(call, left(50));
        assertFalse(claims(first));
    }

    @Test
    void a_gateway_without_others_needs_no_claim_for_a_limit() {
        pools.answered(pools.made(first, request()), left(1));

        assertFalse(claims(first));
    }

    @Test
    void a_gateway_not_heard_of_for_a_minute_does_not_count() {
        knowing(left(1));
        pools.pass(A_MINUTE.plusMillis(1));

        assertFalse(claims(first));
        pools.made(second, request());
        pools.sync();
        assertTrue(claims(third), "one has made a call");
    }

    @Test
    void a_probe_is_made_however_little_is_left() {
        first.fail(groqs(BIG), new Failure.RateLimited("too many", SECOND, left(0)));
        pools.pass(SECOND);

        assertTrue(pools.claimed(pools.decided(first, request())));
    }

    @Test
    void a_probe_of_a_retired_key_is_not_made_after_another_gateway_took_the_last_call() {
        var pools = new SharedPools(2, keys(GROQ, "a@team", "b@team"));
        TestPool first = pools.first();
        TestPool second = pools.second();
        pools.answered(pools.made(first, request()), left(2, Duration.ofHours(2)));
        pools.sync();
        second.fail(groqs(BIG), new Failure.KeyRefused("no such key"));
        second.fail(groqs(BIG), new Failure.Unattributed("closed"));
        pools.pass(Duration.ofHours(1));
        Call probe = pools.decided(second, second.request(groqs(BIG)));

        Call last = pools.made(first, request());
        pools.answered(last, left(0, Duration.ofHours(2)));
        pools.sync();

        assertEquals(Set.of(new Scope.OfKey(keyOf(probe))), probe.attempt().probes());
        assertNotEquals(keyOf(probe), keyOf(last));
        assertFalse(pools.claimed(probe));
    }

    @Test
    void a_gateway_waits_for_another_ones_probe_of_the_provider() {
        first.fail(groqs(BIG), new Failure.Unavailable("down", SECOND));
        pools.sync();
        pools.pass(SECOND);

        assertTrue(pools.claimed(pools.decided(second, request())));

        assertFalse(first.isReady(groqs(BIG)));
    }

    @Test
    void of_probes_of_several_gateways_the_first_in_the_log_is_made() {
        overloaded();
        claimAnotherModel(third);
        Call withdrawn = pools.decided(third, request());
        third.keyPool.withdrawClaimed(
                requireNonNull(withdrawn.published()), withdrawn.attempt(), withdrawn.request(), third.now);
        Call one = pools.decided(first, request());
        pools.pass(Duration.ofMillis(1));
        Call other = pools.decided(second, request());

        assertTrue(pools.claimed(other));
        assertFalse(pools.claimed(one));

        assertFalse(first.isReady(groqs(BIG)), "it waits for the other's probe");
        assertFalse(third.isReady(groqs(BIG)), "the late one has not taken its place");
        pools.sync();
        assertFalse(third.isReady(groqs(BIG)), "nor has it ended with that");
        pools.answered(other, RateLimitStatus.UNKNOWN);
        pools.sync();
        assertTrue(first.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void probe_with_a_key_that_a_reload_removed_here_ends_when_the_other_gateway_reports() {
        var pools = new SharedPools(2, keys(GROQ, "a", "b"));
        TestPool first = pools.first();
        first.fail(groqs(BIG), new Failure.Overloaded("busy", SECOND));
        pools.sync();
        pools.pass(SECOND);
        TestPool second = pools.second();
        Call probe = pools.made(second, second.request(groqs(BIG)));
        pools.sync();
        first.reload(keys(GROQ, keyOf(probe).equals(new KeySlot(GROQ, 1)) ? "b" : "a"));
        assertFalse(first.isReady(groqs(BIG)));

        pools.ended(probe, Fact.End.FAILED, RateLimitStatus.UNKNOWN);
        pools.sync();

        assertTrue(first.isReady(groqs(BIG)));
    }

    @Test
    void a_probe_of_a_gateway_that_is_gone_ends_with_its_lease() {
        overloaded();
        assertTrue(pools.claimed(pools.decided(second, request())));

        pools.pass(Duration.ofSeconds(20).minusMillis(1));
        assertFalse(first.isReady(groqs(BIG)));
        pools.pass(Duration.ofMillis(1));

        assertEquals(
                Set.of(new Scope.OfModel(GROQ, BIG)), first.attempt(groqs(BIG)).probes());
    }

    @Test
    void a_probe_that_failed_makes_room_for_the_next_one_after_its_pause() {
        coolingDown();
        Call probe = pools.decided(first, request());
        assertTrue(pools.claimed(probe));
        first.failed(probe.attempt(), limited(SECOND));
        pools.ended(probe, Fact.End.LIMITED, RateLimitStatus.UNKNOWN);
        pools.sync();

        pools.pass(SECOND);

        assertFalse(second.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void a_claim_whose_store_is_away_is_made_and_is_nobodys_any_more() {
        coolingDown();
        Call alone = pools.decided(first, request());
        Fact.Called late = requireNonNull(alone.published());
        assertTrue(pools.settled(alone) != null);

        first.learn(late);

        assertEquals(Set.of(Scope.Kind.GROUP_MODEL), late.probes(), "which arrives late and changes nothing");
        first.answered(alone.attempt());
        assertTrue(first.isReady(groqs(BIG)));
    }

    @Test
    void a_claim_by_a_key_that_left_is_no_other_gateways() {
        coolingDown();
        Call call = pools.decided(first, request());
        first.reload(keys(GROQ, "b"));

        assertFalse(pools.claimed(call));
    }

    @Test
    void calls_of_before_a_reload_end_after_it_and_those_that_ended_before_it_begin_no_more() {
        knowing(left(20));
        Call over = pools.made(first, request());
        List<Fact> begun = pools.published(first);
        pools.ended(over, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        Call going = pools.made(first, first.needing(100));
        pools.sync();

        second.reload(keys(GROQ, "a"));

        pools.learn(first, begun);
        pools.ended(going, Fact.End.REFUSED, RateLimitStatus.UNKNOWN);
        pools.sync();
        assertEquals(20, ready(second));
    }

    @Test
    void claims_of_before_a_reload_are_lost_after_it_and_the_next_calls_are_claimed_too() {
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
    void a_call_begun_before_a_reload_ends_after_it() {
        knowing(left(2));
        Call call = pools.made(first, request());
        pools.sync();
        second.reload(keys(GROQ, "b", "a@team"), keys(TestPool.CEREBRAS, "x"));
        pools.ended(call, Fact.End.ANSWERED, left(0));

        pools.sync();

        assertEquals(List.of("b", "b"), second.keysFor(groqs(BIG), 2));
    }

    @Test
    void ten_thousand_calls_and_a_hundred_gateways_are_remembered() {
        knowing(new RateLimitStatus(List.of(bucket(10_204, Duration.ofHours(1)))));
        var asked = new Fact.Asked(GROQ, "a", BIG);
        Instant start = second.now;
        for (int i = 0; i < 10_002; i++) {
            second.now = start.plus(Duration.ofMillis(i));
            var id = new Fact.CallId("other-" + i, i);
            second.learn(new Fact.Called(id, asked, 0, false, Set.of(), second.now, second.now));
        }
        second.pass(SECOND);

        assertFalse(claims(second), "for each gateway two are left");
        for (int i = 0; i < 2; i++) {
            var id = new Fact.CallId("other-" + i, i);
            second.learn(new Fact.Ended(id, asked, Fact.End.REFUSED, 0, RateLimitStatus.UNKNOWN, start.plusMillis(i)));
        }
        assertEquals(202, ready(second), "the second call came back, and the first did not");
    }

    @Test
    void two_thousand_claims_at_once_are_decided_in_little_time() {
        knowing(new RateLimitStatus(List.of(bucket(50_000, SECOND.multipliedBy(10)))));
        pools.pass(SECOND.multipliedBy(12));
        var calls = new ArrayList<Call>();
        for (int i = 0; i < 2_000; i++) {
            first.now = first.now.plusNanos(1_000);
            calls.add(pools.decided(first, request()));
        }
        List<Fact> claims = List.copyOf(
                calls.stream().map(call -> requireNonNull(call.published())).toList());

        // It takes less than a second, and took nearly a minute when each claim moved all others.
        assertTimeout(SECOND.multipliedBy(30), () -> first.keyPool.learn(claims, first.now));

        assertTrue(calls.stream().allMatch(call -> pools.settled(call) != null));
    }

    @Test
    void the_number_of_limits_that_others_name_is_bounded() {
        second.isReady(groqs(BIG));
        var spent = new RateLimitStatus.Bucket("requests-0", 100L, 0, A_MINUTE);
        learnEnd(0, List.of(spent));

        for (int i = 1; i <= 32; i++) {
            assertFalse(second.isReady(groqs(BIG)), "one of " + i);
            learnEnd(i, List.of(new RateLimitStatus.Bucket("requests-" + i, 100L, 100, A_MINUTE)));
        }

        assertTrue(second.isReady(groqs(BIG)), "the first of 33 is forgotten");
    }

    private void learnEnd(long number, List<RateLimitStatus.Bucket> left) {
        var id = new Fact.CallId("other", number);
        var asked = new Fact.Asked(GROQ, "a", BIG);
        second.learn(new Fact.Ended(id, asked, Fact.End.ANSWERED, 0, new RateLimitStatus(left), second.now));
    }

    /// All gateways know what is left, and of each other.
    private void knowing(RateLimitStatus left) {
        for (TestPool gateway : pools.gateways) {
            pools.answered(pools.decided(gateway, request()), left);
            gateway.now = gateway.now.plusSeconds(1);
        }
        pools.gateways.forEach(gateway -> gateway.now = first.now.plusSeconds(2));
        pools.sync();
    }

    /// All know of a limit that is over, and that is to be probed.
    private void coolingDown() {
        first.fail(groqs(BIG), limited(SECOND));
        pools.sync();
        pools.pass(SECOND);
    }

    /// Makes the gateway wait for whether it may probe another model.
    private void claimAnotherModel(TestPool gateway) {
        gateway.fail(groqs(SMALL), limited(SECOND));
        pools.pass(SECOND);
        pools.decided(gateway, gateway.request(groqs(SMALL)));
    }

    /// All know that the model was overloaded, which is to be probed.
    private void overloaded() {
        first.fail(groqs(BIG), new Failure.Overloaded("busy", SECOND));
        pools.sync();
        pools.pass(SECOND);
    }

    /// How many calls it would make.
    private static int ready(TestPool gateway) {
        int calls = 0;
        while (calls < 1_000 && gateway.isReady(groqs(BIG))) {
            calls++;
        }
        return calls;
    }

    /// Whether the next call is to be claimed.
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
        return first.request(groqs(BIG));
    }

    private static RateLimitStatus left(int calls) {
        return left(calls, A_MINUTE);
    }

    private static RateLimitStatus left(int calls, Duration reset) {
        return new RateLimitStatus(List.of(bucket(calls, reset)));
    }

    private static RateLimitStatus.Bucket bucket(int calls, Duration reset) {
        return new RateLimitStatus.Bucket("requests-minute", 100_000L, calls, reset);
    }
}
