package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedCooldownTest extends PoolFixture {

    private final SharedPools pools = new SharedPools(0);
    private final TestPool first = pools.add(keys(GROQ, "a", "b"));
    private final TestPool second = pools.add(keys(GROQ, "b", "a"));

    private final SharedSteps shared = new SharedSteps(pools);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a limit cools the key at all gateways until its deadline | 1 limit 1m; sync; 1 silent; 2 next b b b b; pass 59.999s; 2 next b b; pass 0.001s; 2 next a b
                    an answer to a later call in flight makes the key ready immediately | 1 limit 1m; pass 0.001s; 2 make one; 2 make two; sync; 2 next b b; answer one; answer two; 2 next a
                    an answer to a later call in flight makes the key ready for all models | 2 small next b a; pass 0.001s; 1 refused; pass 0.001s; 2 make one; 2 make two; sync; 2 small next b b; answer two; 2 small next a
                    a late cooldown is ignored, and its gateway learns of the later answer | 1 make slow; fail slow limit 1m; 1 hold late; pass 1s; 2 next b a; 2 silent; 1 tell late; 2 next b a; sync; 1 next a b
                    an outage at another gateway is unconfirmed: one request probes immediately | 1 down; sync; 2 make probe; 2 none; answer probe; 2 ready; sync; 1 probe
                    an own timeout begins a cooldown although another gateway has reported one | 2 make slow; pass 0.001s; 1 down; pass 0.001s; sync; pass 1s; fail slow slow; 2 none
                    an outage beside throttling of one host is not shared | 1 reload a b c; 1 make slow; 1 make one; 1 make two; fail one limit; fail two limit; 1 limit; fail slow slow; sync; 2 no-probe
                    an outage is ignored after a later local answer | 1 down; 1 hold outage; pass 1s; 2 next b; 1 tell outage; 2 no-probe
                    a cooldown survives a reload until an answer disproves it | 1 limit 1m; sync; 2 reload c b a; 2 next b c b c; 2 learn a works; 2 next a
                    a cooldown disproved before a reload is ignored when repeated after it | 1 limit 1m; 1 hold late; 1 tell late; pass 1s; 2 learn a works; 2 reload c b a; 1 tell late; 2 next a b c
                    a cooldown of a key is not repeated after a reload | 1 refused; 1 hold refused; 1 reload a b; 1 repeat; 1 silent
                    """)
    void cooldowns_are_shared(String what, String steps) {
        shared.play(what, steps);
    }

    @Test
    void key_refused_at_one_gateway_is_retired_at_all() {
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
    void answer_to_a_later_call_ends_the_cooldown_at_all_gateways() {
        String limited = failingAt(first, limited(A_SECOND));
        pools.sync();
        pools.pass(A_SECOND.plusMillis(1));
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
        first.attempt();
        first.attempt();
    }

    @Test
    void later_answer_at_another_gateway_ends_the_outage_cooldown_but_not_its_probe() {
        pools.pass(A_SECOND);
        first.fail(new Failure.Unavailable("down", A_MINUTE));

        first.learn(answered("a", Scope.Kind.PROVIDER, START));
        assertFalse(first.isReady());
        first.learn(answered("a", Scope.Kind.PROVIDER, first.now));

        assertEquals(Set.of(new Scope.OfProvider(GROQ)), first.attempt().probes());
    }

    @Test
    void later_rejection_publishes_the_end_of_a_shared_outage() {
        first.fail(unavailable());
        pools.sync();
        pools.pass(A_SECOND);
        second.failed(second.attempt(), new Failure.Rejected(NO));

        assertEquals(
                List.of(Set.of(Scope.Kind.PROVIDER)),
                pools.published(second).stream()
                        .map(fact -> ((Fact.Answered) fact).disproved())
                        .toList());
    }

    @Test
    void host_throttling_is_not_shared() {
        var three = new SharedPools(1, keys(GROQ, "a", "b", "c"));
        for (int i = 0; i < 3; i++) {
            three.first().fail(limited(null));
        }
        Step.Attempt probe = three.first().attempt();
        assertEquals(Set.of(new Scope.OfProvider(GROQ)), probe.probes());
        three.first().answered(probe);

        assertEquals(List.of(), three.published(three.first()));
    }

    @Test
    void host_throttling_ignores_facts_of_other_gateways() {
        TestPool three = new SharedPools(1, keys(GROQ, "a", "b", "c")).first();
        for (int i = 0; i < 3; i++) {
            three.fail(limited(null));
        }
        Instant until = three.readyAt();
        three.pass(Duration.ofMillis(1));
        var provider = Set.of(Scope.Kind.PROVIDER);
        var call = new Fact.CallId("b", 1);

        three.learn(
                new Fact.Answered(callTarget("a", BIG), EnumSet.allOf(Scope.Kind.class), three.now),
                cooldown(callTarget("a", BIG), Scope.Kind.PROVIDER, Failure.Kind.UNAVAILABLE, three.now, Duration.ZERO),
                new Fact.Called(call, callTarget("a", BIG), 0, true, provider, three.now, three.now.plus(A_MINUTE)));

        assertEquals(until, three.readyAt());
        assertEquals(Set.of(new Scope.OfProvider(GROQ)), three.attempt().probes());
    }

    @Test
    void merged_group_is_shared_with_all_gateways() {
        first.fail(limitedOf("org", A_SECOND));
        pools.pass(Duration.ofMillis(1));
        first.fail(limitedOf("org", A_MINUTE));
        pools.sync();
        pools.pass(A_SECOND);

        assertFalse(second.isReady(), "the group is limited, and so are both keys");
        List<PoolStatus.KeyStatus> shown = second.shown();
        assertEquals(shown.getFirst().key().group(), shown.getLast().key().group());
    }

    @Test
    void shared_group_cooldown_survives_a_group_merge() {
        failingAt(first, limited(A_MINUTE));
        pools.sync();
        second.learn(new Fact.OneGroup(callTarget("a", BIG), "b"));

        assertEquals(second.now.plus(A_MINUTE), second.readyAt());
        second.pass(Duration.ofMillis(1));
        second.learn(answered("a", Scope.Kind.GROUP_MODEL, second.now));
        assertEquals(second.now, second.readyAt());
        assertTrue(second.isReady());
    }

    @ParameterizedTest
    @EnumSource(
            value = Scope.Kind.class,
            names = {"GROUP", "GROUP_MODEL"})
    void cooldown_disproved_before_a_group_merge_is_ignored_after_the_merge(Scope.Kind kind) {
        pools.pass(A_SECOND);

        second.learn(
                answered("a", kind, pools.now()),
                new Fact.OneGroup(callTarget("a", BIG), "b"),
                cooldown(callTarget("a", BIG), kind, START, A_MINUTE));

        assertTrue(second.isReady());
    }

    @Test
    void local_cooldown_outlasts_a_disproved_longer_shared_one() {
        pools.pass(A_SECOND.multipliedBy(2));
        String limited = failingAt(first, limited(A_MINUTE));

        first.learn(
                cooldown(callTarget(limited, BIG), Scope.Kind.GROUP_MODEL, START, A_MINUTE.multipliedBy(2)),
                answered(limited, Scope.Kind.GROUP_MODEL, START.plus(A_SECOND)));

        pools.pass(A_MINUTE.minusMillis(1));
        assertFalse(keysOf(first).contains(limited));
        pools.pass(Duration.ofMillis(1));
        assertTrue(keysOf(first).contains(limited));
    }

    @Test
    void key_retired_before_a_reload_is_probed_despite_repeated_old_facts() {
        String refused = failingAt(first, new Failure.KeyRefused("no"));
        List<Fact> facts = new ArrayList<>(pools.published(first));
        facts.add(cooldown(callTarget("new", BIG), Scope.Kind.KEY, pools.now(), A_MINUTE));
        facts.add(cooldown(callTarget(other(refused), BIG), Scope.Kind.GROUP_MODEL, pools.now(), A_MINUTE));
        pools.learn(first, facts);
        pools.pass(A_SECOND);

        second.reload(keys(GROQ, "new", "b", "a"));
        pools.learn(first, facts);

        assertEquals(Set.of(refused), Set.copyOf(second.keysFor(4)));
        pools.pass(A_SECOND);
        pools.learn(first, List.of(cooldown(callTarget(refused, BIG), Scope.Kind.KEY, pools.now(), A_MINUTE)));
        assertFalse(second.isReady(), "it was refused after the reload");
    }

    @Test
    void own_and_learned_cooldowns_that_hold_are_repeated_also_after_a_reload() {
        Fact learned = cooldown(callTarget("b", BIG), Scope.Kind.GROUP, pools.now(), A_MINUTE.multipliedBy(3));
        first.learn(
                learned,
                cooldown(callTarget("a", BIG), Scope.Kind.GROUP, pools.now(), A_SECOND),
                cooldown(callTarget("b", BIG), Scope.Kind.MODEL, START, A_MINUTE));
        pools.pass(A_SECOND);
        first.learn(answered("b", Scope.Kind.MODEL, pools.now()));
        failingAt(first, limited(A_MINUTE));
        List<Fact> own = pools.published(first);
        first.reload(keys(GROQ, "a", "b", "c"));

        first.keyPool.repeat(first.now);

        assertEquals(List.of(learned, own.getFirst()), pools.published(first));
    }

    @ParameterizedTest(name = "reached here: {0}")
    @ValueSource(booleans = {false, true})
    void outage_is_repeated_until_a_gateway_reaches_the_provider(boolean here) {
        first.fail(unavailable());
        List<Fact> outage = pools.published(first);
        first.keyPool.repeat(first.now);
        assertEquals(outage, pools.published(first));
        pools.pass(Duration.ofMillis(1));
        if (here) {
            first.fail(new Failure.Rejected(NO));
            pools.published(first);
        } else {
            first.learn(answered("a", Scope.Kind.PROVIDER, first.now));
        }

        first.keyPool.repeat(first.now);

        assertEquals(List.of(), pools.published(first));
    }

    @Test
    void repeated_groups_are_merged_at_a_gateway_that_has_not_read_them() {
        ProviderProfile keys = keys(GROQ, "a", "b", "c@team", "d@team", "e");
        var pools = new SharedPools(2, keys);
        pools.first().learn(new Fact.OneGroup(callTarget("b", BIG), "a"), new Fact.OneGroup(callTarget("d", BIG), "a"));
        pools.first().reload(keys);

        pools.first().keyPool.repeat(pools.now());
        pools.sync();

        List<QuotaGroup> groups =
                pools.second().shown().stream().map(key -> key.key().group()).toList();
        assertEquals(Set.of(groups.getFirst()), Set.copyOf(groups.subList(0, 4)));
        assertNotEquals(groups.getFirst(), groups.getLast());
    }

    @Test
    void of_many_cooldowns_the_2_000_that_end_last_are_repeated() {
        List<ModelId> models = IntStream.range(0, 2_001)
                .mapToObj(i -> new ModelId("model-" + i))
                .toList();
        first.reload(
                "named",
                Route.of(models.stream()
                        .map(model -> new RouteTarget(GROQ, model))
                        .toList()),
                keys(GROQ, "a"));
        List<Fact> all = models.stream()
                .map(model -> cooldown(
                        callTarget("a", model),
                        Scope.Kind.MODEL,
                        first.now,
                        A_MINUTE.minusMillis(models.indexOf(model))))
                .toList();
        first.keyPool.learn(all.reversed(), first.now);

        first.keyPool.repeat(first.now);

        assertEquals(all.subList(0, 2_000), first.keyPool.unpublished());
    }

    @Test
    void facts_about_unknown_keys_and_unused_models_are_ignored() {
        first.learn(
                cooldown(callTarget("z", BIG), Scope.Kind.KEY, pools.now(), A_MINUTE),
                cooldown(callTarget("a", SMALL), Scope.Kind.MODEL, pools.now().minus(A_MINUTE), Duration.ZERO),
                cooldown(
                        callTarget("a", SMALL),
                        Scope.Kind.MODEL,
                        Failure.Kind.MODEL_UNAVAILABLE,
                        pools.now(),
                        A_MINUTE),
                new Fact.Answered(callTarget("a", SMALL), EnumSet.of(Scope.Kind.GROUP_MODEL), pools.now()),
                new Fact.OneGroup(callTarget("a", BIG), "z"),
                new Fact.ClientUsed("somebody", 1, 1, pools.now()),
                cooldown(new Fact.CallTarget(CEREBRAS, "a", BIG), Scope.Kind.KEY, pools.now(), A_MINUTE));

        assertEquals(2, keysOf(first).size());
        assertTrue(first.isReady(groqs(SMALL)));
    }

    @Test
    void shared_cooldown_of_a_model_applies_before_its_first_use() {
        first.learn(cooldown(callTarget("a", SMALL), Scope.Kind.MODEL, pools.now(), A_MINUTE));

        assertFalse(first.isReady(groqs(SMALL)));
    }

    @Test
    void shared_cooldowns_of_other_models_evict_no_own_one() {
        first.learn(cooldown(callTarget("a", SMALL), Scope.Kind.GROUP_MODEL, pools.now(), A_MINUTE));
        first.fail(groqs(SMALL), limited(A_MINUTE));

        for (int i = 0; i < 100; i++) {
            first.learn(cooldown(
                    callTarget("a", new ModelId("model-" + i)), Scope.Kind.GROUP_MODEL, pools.now(), A_MINUTE));
        }

        assertFalse(first.isReady(groqs(SMALL)));
    }

    @Test
    void of_many_learned_models_the_latest_64_are_kept() {
        List<ModelId> models = IntStream.range(0, 2_000)
                .mapToObj(number -> new ModelId("model-" + number))
                .toList();
        models.forEach(model -> first.learn(cooldown(callTarget("a", model), Scope.Kind.MODEL, pools.now(), A_MINUTE)));

        assertTrue(first.isReady(groqs(models.get(2_000 - 65))));
        assertFalse(first.isReady(groqs(models.get(2_000 - 64))));
        assertFalse(first.isReady(groqs(models.getLast())));
    }

    @Test
    void pool_without_sharing_publishes_and_learns_no_facts() {
        var alone = new TestPool(keys(GROQ, "a"));
        alone.fail(limited(A_SECOND));
        alone.learn(cooldown(callTarget("a", BIG), Scope.Kind.KEY, alone.now, A_MINUTE));
        alone.pass(A_SECOND);

        assertTrue(alone.isReady());
        assertEquals(List.of(), alone.keyPool.unpublished());
    }

    private static Fact cooldown(Fact.CallTarget callTarget, Scope.Kind scope, Instant since, Duration pause) {
        return cooldown(callTarget, scope, Failure.Kind.RATE_LIMITED, since, pause);
    }

    private static Fact cooldown(
            Fact.CallTarget callTarget, Scope.Kind scope, Failure.Kind reason, Instant since, Duration pause) {
        return new Fact.CooledDown(callTarget, scope, reason, since, since.plus(pause), 0, false);
    }

    private static Fact answered(String key, Scope.Kind disproved, Instant begun) {
        return new Fact.Answered(callTarget(key, BIG), EnumSet.of(disproved), begun);
    }

    /// Fails a new request; returns the fingerprint of its key.
    private static String failingAt(TestPool gateway, Failure failure) {
        Step.Attempt attempt = gateway.attempt();
        gateway.failed(attempt, failure);
        return key(attempt);
    }

    private static String other(String key) {
        return key.equals("a") ? "b" : "a";
    }

    /// The keys of the next four requests.
    private static List<String> keysOf(TestPool gateway) {
        return gateway.keysFor(4).stream().distinct().toList();
    }
}
