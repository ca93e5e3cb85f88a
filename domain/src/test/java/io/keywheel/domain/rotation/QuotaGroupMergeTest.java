package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Quota groups that merge because their keys belong to one organisation.
class QuotaGroupMergeTest extends PoolFixture {

    private static final Duration FIVE = Duration.ofSeconds(5);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    # Cooldowns
                    keys of one organisation cool together without a configured group | a b c | limit 5s of org; limit 5s of org; small limit 1m; small next c c
                    a merged group takes the later end | a b | small limit 5s; small limit 1m; limit 5s of org; limit 5s of org; small back in 1m
                    a merged group takes the later end | a b | small limit 1m; small limit 5s; limit 5s of org; limit 5s of org; small back in 1m
                    a blocked account blocks the merged group | a b c | begin 1; begin 2; small next a; small blocked; fail 1 limit 5s of org; fail 2 limit 5s of org; small next c c
                    an answer to an attempt from before the merge ends the cooldown | a b | limit 1m of org; pass 0.001s; begin 1; limit 5s of org; answer 1; ready
                    # Probes from before the merge
                    a probe is that of the merged group | a b | small next a; small limit 5s; pass 5s; small begin 1 with b; limit 5s of org; limit 5s of org; small none; answer 1; small next a
                    a withdrawn probe returns its turn | a b | small next a; small limit 5s; pass 5s; small begin 1 with b; limit 5s of org; limit 5s of org; open 1; withdraw 1; small begin 2 with b as probe
                    a request does not wait for an answered probe | a b | next a; begin 1; next a; limit 0.1s; pass 1.2s; begin 2; pass 0.001s; limit 0.3s of org; fail 1 limit 0.001s of org; pass 0.3s; answer 2; ready
                    # Quotas
                    a request waits for the later reset | a b | small next a; small left 0 requests 5s; pass 0.001s; small left 0 requests 1m; small none; limit 5s of org; limit 5s of org; small none in 1m
                    a request waits for the later reset beside a call in flight | a b | small next a; small left 1 requests 5s; pass 0.001s; small left 0 requests 1m; small ready; small none; limit 5s of org; limit 5s of org; small none in 1m
                    each key takes turns after the reset | a b | small left 0 requests 1m; small left 0 requests 1m; small none; limit 5s of org; limit 5s of org; pass 1m; small next a b
                    a key answers after the reset while the other is retired | a b | begin 1; begin 2; small refused; small left 0 requests 1m; small none; fail 1 limit 5s of org; fail 2 limit 5s of org; pass 1m; small next b
                    """)
    void merged_groups_are_one(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
    }

    static List<Arguments> groups() {
        return List.of(
                arguments(provider(GROQ, "a", "b"), "x", "y", List.of("a", "b")),
                arguments(provider(GROQ, "a", "b"), "x", "x", List.of("a", "a")),
                arguments(provider(GROQ, "a", "b", "b"), "x", "x", List.of("b", "b", "b")));
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("groups")
    void smaller_group_merges_into_the_larger_of_the_same_organisation(
            ProviderProfile provider, String first, String second, List<String> groups) {
        var pool = new TestPool(provider);
        pool.fail(limitedOf(first, FIVE));
        pool.fail(limitedOf(second, FIVE));

        assertEquals(
                groups,
                pool.shown().stream().map(key -> key.key().group().name()).toList());
    }

    @Test
    void same_organisation_name_at_another_provider_is_not_merged() {
        var two = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "a"));
        two.fail(limitedOf("org", FIVE));

        assertEquals(
                1, two.fail(Route.to(CEREBRAS, BIG), limitedOf("org", FIVE)).size());
    }

    @Test
    void merge_event_is_reported_once() {
        assertEquals(
                new PoolEvent.Merged(new QuotaGroup(GROQ, "a"), new KeySlot(GROQ, 1), List.of(new KeySlot(GROQ, 2))),
                merge(pool).getFirst());
        pool.pass(FIVE);
        assertEquals(1, pool.fail(limitedOf("org", FIVE)).size());
    }

    @Test
    void remaining_quota_is_shown_for_every_key_of_the_group() {
        two.answeredBy(groqs(SMALL));
        RateLimitStatus left = tokensLeft(5000, A_MINUTE);
        two.answered(two.attempt(groqs(SMALL)), left);

        merge(two);

        two.shown().forEach(key -> assertEquals(left, key.models().getLast().limits()));
    }

    @Test
    void long_shortage_is_reported_again_under_the_name_of_the_merged_group() {
        List<Step.Attempt> inFlight = two.attempts(4);
        two.pass(A_SECOND);
        two.answered(inFlight.get(0), requestsLeft(0, FIVE_MINUTES));
        two.failed(inFlight.get(1), limitedOf("org", A_SECOND));
        two.failed(inFlight.get(2), limitedOf("org", A_SECOND));

        var event = (PoolEvent.CooldownStarted) two.answered(inFlight.get(3)).getFirst();

        assertEquals(two.shown().getFirst().key().group(), ((Scope.OfGroupModel) event.scope()).group());
    }

    /// Fails the next two keys for the big model by a rate limit of the same organisation.
    private static List<PoolEvent> merge(TestPool pool) {
        pool.fail(limitedOf("org", FIVE));
        return pool.fail(limitedOf("org", FIVE));
    }
}
