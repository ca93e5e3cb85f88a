package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.keys;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.limitedOf;
import static io.keywheel.domain.rotation.TestPool.unavailable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What gateways know of each other's cooldowns.
class SharedCooldownTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SharedPools pools = new SharedPools(0);
    private final TestPool first = pools.add(keys(GROQ, "a", "b"));
    private final TestPool second = pools.add(keys(GROQ, "b", "a"));

    @Test
    void a_limit_met_by_one_gateway_keeps_the_others_from_the_key_until_its_deadline() {
        String limited = failingAt(first, limited(A_MINUTE));
        pools.sync();

        assertEquals(List.of(), pools.published(first), "it says so once");
        assertEquals(Set.of(other(limited)), Set.copyOf(second.keysFor(groqs(BIG), 4)));

        pools.pass(A_MINUTE.minusMillis(1));
        assertFalse(keysOf(second).contains(limited));
        pools.pass(Duration.ofMillis(1));
        assertTrue(keysOf(second).contains(limited));
    }

    @Test
    void a_key_that_one_gateway_found_invalid_is_retired_at_all() {
        String refused = failingAt(first, new Failure.KeyRefused("no"));
        pools.sync();

        assertEquals(
                List.of(refused),
                second.shown().stream()
                        .filter(key -> key.state() instanceof KeyState.Retired)
                        .map(key -> key.key().fingerprint())
                        .toList());
    }

    @Test
    void an_answer_to_a_later_call_ends_the_cooldown_at_all_gateways() {
        String limited = failingAt(first, limited(SECOND));
        pools.sync();
        pools.pass(SECOND.plusMillis(1));
        assertEquals(limited, second.keyFor(groqs(BIG)), "the probe");

        List<Fact> published = pools.published(second);
        pools.learn(second, published);

        assertEquals(
                Set.of(Scope.Kind.GROUP_MODEL),
                published.stream()
                        .map(fact -> fact instanceof Fact.Answered answered ? answered.disproved() : Set.of())
                        .findFirst()
                        .orElseThrow());
        assertEquals(
                List.of(),
                first.shown().stream().flatMap(key -> key.known().stream()).toList());
        first.attempt(groqs(BIG));
        first.attempt(groqs(BIG));
    }

    @Test
    void a_cooldown_that_arrives_after_the_answer_that_disproved_it_counts_for_nothing_and_its_gateway_hears_so() {
        Step.Attempt slow = first.attempt(groqs(BIG));
        first.failed(slow, limited(A_MINUTE));
        List<Fact> late = pools.published(first);
        pools.pass(SECOND);
        second.keysFor(groqs(BIG), 2);
        assertEquals(List.of(), pools.published(second));

        pools.learn(first, late);

        assertEquals(2, Set.copyOf(second.keysFor(groqs(BIG), 2)).size());
        pools.sync();
        assertEquals(2, keysOf(first).size(), "the limit is over");
    }

    @Test
    void a_learned_deadline_never_shortens_an_own_one() {
        first.fail(groqs(BIG), limited(Duration.ofSeconds(5)));
        String key = keysOf(first).getFirst();
        while (!second.keyFor(groqs(BIG)).equals(key)) {
            assertTrue(second.isReady(groqs(BIG)));
        }
        failingAt(second, limited(A_MINUTE));
        pools.sync();

        pools.pass(Duration.ofSeconds(5));

        assertFalse(keysOf(second).contains(other(key)));
        assertFalse(keysOf(first).contains(other(key)), "the later deadline counts for both");
    }

    @Test
    void an_outage_seen_by_another_gateway_is_unconfirmed_and_one_request_probes_at_once() {
        first.fail(groqs(BIG), unavailable());
        pools.sync();

        Step.Attempt probe = second.attempt(groqs(BIG));
        assertFalse(second.isReady(groqs(BIG)), "one probe at a time");
        second.answered(probe);
        assertTrue(second.isReady(groqs(BIG)));
        pools.sync();

        Step.Attempt own = first.attempt(groqs(BIG));
        assertEquals(Set.of(new Scope.OfProvider(GROQ)), own.probes(), "its own host may still not reach it");
    }

    @Test
    void the_pause_of_an_outage_is_over_when_another_gateway_reaches_the_provider_after_it_began() {
        pools.pass(SECOND);
        first.fail(groqs(BIG), new Failure.Unavailable("down", A_MINUTE));

        first.learn(answered("a", Scope.Kind.PROVIDER, TestPool.START));
        assertFalse(first.isReady(groqs(BIG)));
        first.learn(answered("a", Scope.Kind.PROVIDER, first.now));

        assertEquals(
                Set.of(new Scope.OfProvider(GROQ)), first.attempt(groqs(BIG)).probes());
    }

    @Test
    void an_outage_counts_for_nothing_where_the_provider_has_answered_a_later_call() {
        first.fail(groqs(BIG), unavailable());
        List<Fact> outage = pools.published(first);
        pools.pass(SECOND);
        second.answeredBy(groqs(BIG));

        pools.learn(first, outage);

        assertTrue(second.attempt(groqs(BIG)).probes().isEmpty());
    }

    @Test
    void an_outage_is_over_for_others_when_a_later_call_reaches_the_provider() {
        first.fail(groqs(BIG), unavailable());
        pools.sync();
        pools.pass(SECOND);
        second.failed(second.attempt(groqs(BIG)), new Failure.Rejected(TestPool.NO));

        assertEquals(
                List.of(Set.of(Scope.Kind.PROVIDER)),
                pools.published(second).stream()
                        .map(fact -> ((Fact.Answered) fact).disproved())
                        .toList());
    }

    @Test
    void a_limit_without_a_sign_that_it_is_the_groups_own_is_not_shared() {
        first.fail(groqs(BIG), limited(null));

        assertEquals(List.of(), pools.published(first));
    }

    @Test
    void throttling_of_a_host_is_not_shared() {
        var three = new SharedPools(1, keys(GROQ, "a", "b", "c"));
        for (int i = 0; i < 3; i++) {
            three.first().fail(groqs(BIG), limited(null));
        }
        Step.Attempt probe = three.first().attempt(groqs(BIG));
        assertEquals(Set.of(new Scope.OfProvider(GROQ)), probe.probes());
        three.first().answered(probe);

        assertEquals(List.of(), three.published(three.first()));
    }

    @Test
    void throttling_of_this_host_goes_on_whatever_other_hosts_reach() {
        var three = new SharedPools(1, keys(GROQ, "a", "b", "c"));
        for (int i = 0; i < 3; i++) {
            three.first().fail(groqs(BIG), limited(null));
        }

        Instant now = three.now();
        var probe = Set.of(Scope.Kind.PROVIDER);
        three.first()
                .learn(
                        new Fact.Answered(asked("a", BIG), EnumSet.allOf(Scope.Kind.class), now),
                        new Fact.CooledDown(
                                asked("a", BIG), Scope.Kind.PROVIDER, Failure.Kind.UNAVAILABLE, now, now, 0, true),
                        new Fact.Called(
                                new Fact.CallId("b", 1), asked("a", BIG), 0, true, probe, now, now.plus(A_MINUTE)));

        assertEquals(
                Set.of(new Scope.OfProvider(GROQ)),
                three.first().attempt(groqs(BIG)).probes());
    }

    @Test
    void one_organisation_of_two_keys_is_known_to_all() {
        first.fail(groqs(BIG), limitedOf("org", SECOND));
        pools.pass(Duration.ofMillis(1));
        first.fail(groqs(BIG), limitedOf("org", A_MINUTE));
        pools.sync();
        pools.pass(SECOND);

        assertFalse(second.isReady(groqs(BIG)), "the group is limited, and so are both keys");
        List<PoolStatus.KeyStatus> shown = second.shown();
        assertEquals(shown.getFirst().key().group(), shown.getLast().key().group());
    }

    @Test
    void a_cooldown_known_by_the_name_of_a_group_is_known_when_the_group_has_joined_another() {
        failingAt(first, limited(A_MINUTE));
        pools.sync();
        second.learn(new Fact.OneGroup(asked("a", BIG), "b"));

        assertEquals(second.now.plus(A_MINUTE), second.readyAt(groqs(BIG)));
        second.pass(Duration.ofMillis(1));
        second.learn(answered("a", Scope.Kind.GROUP_MODEL, second.now));
        assertEquals(second.now, second.readyAt(groqs(BIG)));
        assertTrue(second.isReady(groqs(BIG)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Scope.Kind.class,
            names = {"GROUP", "GROUP_MODEL"})
    void a_cooldown_disproved_before_its_group_joined_another_counts_for_nothing_after_it(Scope.Kind kind) {
        pools.pass(SECOND);

        second.learn(
                answered("a", kind, pools.now()),
                new Fact.OneGroup(asked("a", BIG), "b"),
                cooldown(asked("a", BIG), kind, TestPool.START, A_MINUTE));

        assertTrue(second.isReady(groqs(BIG)));
    }

    @Test
    void an_own_limit_outlasts_an_earlier_longer_one_of_another_gateway_that_is_disproved() {
        pools.pass(SECOND.multipliedBy(2));
        String limited = failingAt(first, limited(A_MINUTE));

        first.learn(
                cooldown(asked(limited, BIG), Scope.Kind.GROUP_MODEL, TestPool.START, A_MINUTE.multipliedBy(2)),
                answered(limited, Scope.Kind.GROUP_MODEL, TestPool.START.plus(SECOND)));

        pools.pass(A_MINUTE.minusMillis(1));
        assertFalse(keysOf(first).contains(limited));
        pools.pass(Duration.ofMillis(1));
        assertTrue(keysOf(first).contains(limited));
    }

    @Test
    void what_was_learned_survives_a_reload() {
        String limited = failingAt(first, limited(A_MINUTE));
        pools.sync();

        second.reload(keys(GROQ, "c", "b", "a"));

        assertFalse(second.keysFor(groqs(BIG), 6).contains(limited));
        second.learn(answered(limited, Scope.Kind.GROUP_MODEL, second.now));
        assertTrue(second.keysFor(groqs(BIG), 6).contains(limited));
    }

    @Test
    void a_cooldown_disproved_before_a_reload_counts_for_nothing_when_it_is_passed_again_after_it() {
        String limited = failingAt(first, limited(A_MINUTE));
        List<Fact> cooldown = pools.published(first);
        pools.learn(first, cooldown);
        pools.pass(SECOND);
        second.learn(answered(limited, Scope.Kind.GROUP_MODEL, second.now));

        second.reload(keys(GROQ, "c", "b", "a"));
        pools.learn(first, cooldown);

        assertTrue(second.keysFor(groqs(BIG), 6).contains(limited));
    }

    @Test
    void a_key_that_others_retired_before_a_reload_is_tried_after_it_however_often_they_repeat_it() {
        String refused = failingAt(first, new Failure.KeyRefused("no"));
        List<Fact> facts = new ArrayList<>(pools.published(first));
        facts.add(cooldown(asked("new", BIG), Scope.Kind.KEY, pools.now(), A_MINUTE));
        facts.add(cooldown(asked(other(refused), BIG), Scope.Kind.GROUP_MODEL, pools.now(), A_MINUTE));
        pools.learn(first, facts);
        pools.pass(SECOND);

        second.reload(keys(GROQ, "new", "b", "a"));
        pools.learn(first, facts);

        assertEquals(Set.of(refused), Set.copyOf(second.keysFor(groqs(BIG), 4)));
        pools.pass(SECOND);
        pools.learn(first, List.of(cooldown(asked(refused, BIG), Scope.Kind.KEY, pools.now(), A_MINUTE)));
        assertFalse(second.isReady(groqs(BIG)), "it was refused after the reload");
    }

    @Test
    void facts_about_unknown_keys_and_unused_models_count_for_nothing() {
        first.learn(
                cooldown(asked("z", BIG), Scope.Kind.KEY, pools.now(), A_MINUTE),
                cooldown(asked("a", SMALL), Scope.Kind.MODEL, pools.now(), A_MINUTE),
                new Fact.Answered(asked("a", SMALL), EnumSet.of(Scope.Kind.GROUP_MODEL), pools.now()),
                new Fact.OneGroup(asked("a", BIG), "z"),
                new Fact.ClientUsed("somebody", 1, 1, pools.now()),
                new Fact.CooledDown(
                        new Fact.Asked(TestPool.CEREBRAS, "a", BIG),
                        Scope.Kind.KEY,
                        Failure.Kind.KEY_REFUSED,
                        pools.now(),
                        pools.now().plus(A_MINUTE),
                        0,
                        false));

        assertEquals(2, keysOf(first).size());
        assertTrue(first.isReady(groqs(SMALL)));
    }

    @Test
    void a_model_that_the_settings_name_is_known_before_it_is_used() {
        first.reload(Set.of(new RouteTarget(GROQ, SMALL)), keys(GROQ, "a", "b"));

        first.learn(cooldown(asked("a", SMALL), Scope.Kind.MODEL, pools.now(), A_MINUTE));

        assertFalse(first.isReady(groqs(SMALL)));
    }

    @Test
    void absurd_moments_and_counts_are_bounded() {
        first.learn(new Fact.CooledDown(
                asked("a", BIG),
                Scope.Kind.KEY,
                Failure.Kind.ACCOUNT_BLOCKED,
                Instant.MAX,
                Instant.MAX,
                Integer.MAX_VALUE,
                false));

        var known = first.shown().getFirst().known().getFirst();
        assertEquals(first.now, known.since());
        assertEquals(first.now.plus(RateLimitStatus.LONGEST_WINDOW), known.until());
        first.learn(answered("a", Scope.Kind.KEY, Instant.MAX));
        assertEquals(List.of(), first.shown().getFirst().known());
        first.keyPool.learn(
                List.of(cooldown(asked("a", BIG), Scope.Kind.KEY, first.now.plusNanos(1), A_MINUTE)),
                first.now.plusSeconds(1));
        assertEquals(1, first.shown().getFirst().known().size(), "no answer is from the future");
    }

    @Test
    void nothing_is_collected_or_learned_without_sharing() {
        var alone = new TestPool(keys(GROQ, "a"));
        alone.fail(groqs(BIG), limited(SECOND));
        alone.learn(cooldown(asked("a", BIG), Scope.Kind.KEY, alone.now, A_MINUTE));
        alone.pass(SECOND);

        assertTrue(alone.isReady(groqs(BIG)));
        assertEquals(List.of(), alone.keyPool.unpublished());
    }

    /// The same facts, in any order and some of them twice, come to the same.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pools_that_got_the_same_facts_know_the_same(long seed) {
        var random = new Random(seed);
        ProviderProfile keys = keys(GROQ, "a", "b@team", "c@team");
        for (int i = 0; i < 300; i++) {
            var facts = new ArrayList<Fact>();
            for (int fact = random.nextInt(10); fact >= 0; fact--) {
                facts.add(someFact(keys, random));
            }
            var one = new SharedPools(2, keys);
            for (TestPool gateway : one.gateways) {
                Instant now = gateway.now;
                facts.forEach(fact -> gateway.keyPool.learn(List.of(fact), now));
                facts.addAll(facts.subList(0, random.nextInt(facts.size() + 1)));
                Collections.shuffle(facts, random);
            }

            assertEquals(
                    one.first().keyPool.status(one.now(), Duration.ZERO),
                    one.second().keyPool.status(one.now(), Duration.ZERO),
                    facts::toString);
            assertEquals(one.first().isReady(groqs(BIG)), one.second().isReady(groqs(BIG)), facts::toString);
        }
    }

    private static Fact someFact(ProviderProfile keys, Random random) {
        PoolKey key = keys.keys().get(random.nextInt(3));
        Scope.Kind scope = List.of(Scope.Kind.KEY, Scope.Kind.GROUP, Scope.Kind.GROUP_MODEL, Scope.Kind.MODEL)
                .get(random.nextInt(4));
        Fact.Asked asked = asked(key.fingerprint(), BIG);
        Instant since = TestPool.START.minusSeconds(random.nextInt(5));
        return random.nextInt(3) == 0
                ? new Fact.Answered(asked, EnumSet.of(scope), since)
                : new Fact.CooledDown(
                        asked,
                        scope,
                        random.nextBoolean() ? Failure.Kind.RATE_LIMITED : Failure.Kind.OVERLOADED,
                        since,
                        TestPool.START.plusSeconds(random.nextInt(5) - 1),
                        random.nextInt(2),
                        random.nextBoolean());
    }

    private static Fact cooldown(Fact.Asked asked, Scope.Kind scope, Instant since, Duration pause) {
        return new Fact.CooledDown(asked, scope, Failure.Kind.RATE_LIMITED, since, since.plus(pause), 0, false);
    }

    private static Fact answered(String key, Scope.Kind disproved, Instant begun) {
        return new Fact.Answered(asked(key, BIG), EnumSet.of(disproved), begun);
    }

    private static Fact.Asked asked(String key, ModelId model) {
        return new Fact.Asked(GROQ, key, model);
    }

    /// The key that a new request gets and fails with.
    private static String failingAt(TestPool gateway, Failure failure) {
        Step.Attempt attempt = gateway.attempt(groqs(BIG));
        gateway.failed(attempt, failure);
        return TestPool.key(attempt);
    }

    private static String other(String key) {
        return key.equals("a") ? "b" : "a";
    }

    /// Those that are asked within two turns.
    private static List<String> keysOf(TestPool gateway) {
        return gateway.keysFor(groqs(BIG), 4).stream().distinct().toList();
    }
}
