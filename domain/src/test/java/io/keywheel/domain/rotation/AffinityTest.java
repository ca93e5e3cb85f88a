package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class AffinityTest extends PoolFixture {

    private static final long OURS = 1;
    private static final long OTHER = 2;
    private static final Duration KEPT = Duration.ofMinutes(5);

    private TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    private RequestAttempts request(long conversation, Route route) {
        return pool.request(route).inConversation(conversation);
    }

    private void answered(long conversation, Step.Attempt attempt) {
        pool.answered(attempt);
        pool.keyPool.preferGroup(conversation, attempt, pool.now.plus(KEPT));
    }

    private String turn(long conversation) {
        return turn(conversation, groqs(BIG));
    }

    /// The slot of the key that answers the next request of the conversation.
    private String turn(long conversation, Route route) {
        Step.Attempt attempt = pool.attempt(request(conversation, route));
        answered(conversation, attempt);
        return slot(attempt);
    }

    private List<String> turns(long... conversations) {
        return IntStream.range(0, conversations.length)
                .mapToObj(i -> turn(conversations[i]))
                .toList();
    }

    @Test
    void conversation_stays_with_the_key_that_answered_it() {
        assertEquals(List.of("groq/1", "groq/2", "groq/1", "groq/2"), turns(OURS, OTHER, OURS, OTHER));
    }

    @Test
    void conversation_avoids_a_group_reserved_for_an_earlier_request() {
        turn(OURS);
        QuotaGroup group =
                pool.attempt(request(OURS, groqs(BIG))).target().key().group();
        RequestAttempts request = request(OURS, groqs(BIG));

        Step.Attempt attempt = pool.attempt(new RequestAttempts(
                request.route(),
                request.terms(),
                request.estimate(),
                List.of(),
                OURS,
                Set.of(new Scope.OfGroupModel(group, BIG))));

        assertNotEquals(group, attempt.target().key().group());
    }

    @Test
    void request_without_a_conversation_takes_the_next_turn() {
        turn(OURS);

        assertEquals(List.of("groq/2", "groq/3", "groq/1", "groq/2"), pool.answers(4));
        assertEquals("groq/1", turn(OURS));
    }

    @Test
    void affinity_selection_uses_up_the_turn_of_its_key() {
        pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c"));
        turn(OURS, anyModel());
        turn(OTHER, anyModel());

        assertEquals("groq/1", turn(OURS, anyModel()));
        assertEquals(List.of("cerebras/1", "groq/2", "cerebras/1"), pool.answers(anyModel(), 3));
    }

    @Test
    void keys_of_the_preferred_group_take_turns() {
        pool = new TestPool(provider(GROQ, "a", "b", "a"));

        assertEquals(List.of("groq/1", "groq/3", "groq/1", "groq/3"), turns(OURS, OURS, OURS, OURS));
    }

    @Test
    void conversation_keeps_a_preferred_group_per_model() {
        turn(OTHER, groqs(SMALL));

        for (int i = 0; i < 3; i++) {
            assertEquals("groq/1", turn(OURS, groqs(BIG)));
            assertEquals("groq/2", turn(OURS, groqs(SMALL)));
        }
    }

    @Test
    void conversation_prefers_the_target_that_answered_last() {
        pool = new TestPool(provider(GROQ, "a", "b"), provider(CEREBRAS, "c", "d"));
        turn(OURS, groqs(BIG));
        turn(OTHER, Route.to(CEREBRAS, SMALL));
        pool.pass(A_SECOND);
        turn(OURS, Route.to(CEREBRAS, SMALL));

        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "cerebras/2",
                    turn(OURS, Route.of(List.of(new RouteTarget(GROQ, BIG), new RouteTarget(CEREBRAS, SMALL)))));
        }
    }

    static final List<Failure> FAILURES =
            List.of(limited(A_MINUTE), new Failure.KeyRefused("no"), new Failure.ModelUnavailable(NO));

    @ParameterizedTest
    @FieldSource("FAILURES")
    void conversation_moves_from_a_cooling_key_to_its_fallback(Failure failure) {
        turn(OURS);
        RequestAttempts failing = pool.failing(request(OURS, groqs(BIG)), failure);
        assertEquals("groq/1", slots(failing).getFirst());
        Step.Attempt fallback = pool.attempt(failing);
        answered(OURS, fallback);

        assertEquals(slot(fallback), turn(OURS));
        pool.pass(A_MINUTE);
        assertEquals(slot(fallback), turn(OURS));
    }

    @Test
    void affinity_does_not_prefer_a_key_under_probe() {
        turn(OURS);
        pool.failing(request(OURS, groqs(BIG)), limited(A_MINUTE));
        pool.pass(A_MINUTE);
        Step.Attempt probe = pool.attempt();
        assertEquals("groq/1", slot(probe));

        assertEquals("groq/2", turn(OURS));
    }

    @Test
    void affinity_does_not_prefer_a_key_with_a_due_probe() {
        turn(OURS);
        pool.failing(request(OURS, groqs(BIG)), limited(A_MINUTE));
        pool.fail(limited(A_MINUTE.plusSeconds(1)));
        pool.fail(limited(A_MINUTE.plusSeconds(2)));
        pool.pass(A_MINUTE.multipliedBy(2));
        assertEquals("groq/3", slot(pool.attempt()));

        assertEquals("groq/2", turn(OURS));
    }

    @Test
    void affinity_does_not_prefer_a_cooling_provider() {
        pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "c"));
        turn(OURS, anyModel());
        pool.fail(unavailable());

        assertEquals("cerebras/1", turn(OURS, anyModel()));
    }

    @ParameterizedTest(name = "{0} requests left")
    @CsvSource({"0, groq/2, groq/3", "1, groq/1, groq/2"})
    void conversation_leaves_a_group_whose_quota_is_spent_or_in_flight(int left, String first, String second) {
        Step.Attempt attempt = pool.attempt(request(OURS, groqs(BIG)));
        pool.answered(attempt, requestsLeft(left, A_MINUTE));
        pool.keyPool.preferGroup(OURS, attempt, pool.now.plus(KEPT));

        assertEquals(first, slot(pool.attempt(request(OURS, groqs(BIG)))));
        assertEquals(second, slot(pool.attempt(request(OURS, groqs(BIG)))));
    }

    @Test
    void only_active_conversation_is_not_limited_to_a_fair_share() {
        for (int i = 0; i < 20; i++) {
            assertEquals("groq/1", turn(OURS));
        }
    }

    /// The fair share of 8 first attempts in 3 groups is 3, and 7 are more than twice 3.
    @Test
    void conversation_leaves_a_group_beyond_twice_its_fair_share() {
        for (int i = 0; i < 7; i++) {
            assertEquals("groq/1", turn(OURS));
        }
        assertEquals("groq/2", turn(OTHER));

        assertEquals("groq/3", turn(OURS));
        assertEquals("groq/3", turn(OURS));
    }

    @Test
    void withdrawn_attempt_does_not_count_towards_the_fair_share() {
        for (int i = 0; i < 6; i++) {
            turn(OURS);
        }
        turn(OTHER);
        RequestAttempts request = request(OURS, groqs(BIG));
        pool.withdraw(pool.attempt(request), request);

        assertEquals("groq/1", turn(OURS));
    }

    @Test
    void fair_share_counts_only_the_groups_of_the_tier() {
        pool = new TestPool(provider(GROQ, "a", "b", "c"), provider(CEREBRAS, "d", "e", "f"));
        Route tiers = new Route(List.of(tier(new RouteTarget(CEREBRAS, BIG)), tier(new RouteTarget(GROQ, BIG))));
        pool.fail(Route.to(CEREBRAS, BIG), new Failure.TimedOut("slow"));
        for (int i = 0; i < 4; i++) {
            turn(OURS, tiers);
        }
        turn(OTHER, tiers);

        // Twice the fair share is 4 with 3 groups; with 6 groups, it would be 2.
        assertEquals("groq/1", turn(OURS, tiers));
        assertEquals("groq/3", turn(OURS, tiers));
    }

    private static Tier tier(Tier.Member... members) {
        return new Tier(List.of(members));
    }

    @Test
    void earlier_tier_comes_before_affinity() {
        pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b", "c"));
        Route tiers = new Route(List.of(tier(new RouteTarget(GROQ, BIG)), tier(new RouteTarget(CEREBRAS, BIG))));
        RequestAttempts failing = pool.failing(request(OURS, tiers), limited(A_MINUTE));
        Step.Attempt fallback = pool.attempt(failing);
        answered(OURS, fallback);
        assertEquals("cerebras/1", slot(fallback));

        assertEquals("cerebras/1", turn(OURS, tiers));
        pool.pass(A_MINUTE);
        assertEquals("groq/1", turn(OURS, tiers));
    }

    @Test
    void conversation_prefers_its_target_inside_a_nested_route() {
        pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        Route nested = new Route(List.of(tier(new RouteTarget(CEREBRAS, BIG)), tier(new RouteTarget(GROQ, SMALL))));
        Route route = Route.of(List.of(new RouteTarget(GROQ, BIG), nested));
        turn(OTHER, route);

        for (int i = 0; i < 7; i++) {
            assertEquals("cerebras/1", turn(OURS, route), "its share is that of the tier in that route");
        }
        assertEquals("groq/1", turn(OTHER, route));
    }

    @Test
    void affinity_uses_the_turn_of_the_nested_route_that_starts_with_the_target() {
        pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        var shared = new RouteTarget(CEREBRAS, BIG);
        Route behind = new Route(List.of(tier(new RouteTarget(GROQ, SMALL)), tier(shared)));
        Route first = new Route(List.of(tier(shared), tier(new RouteTarget(CEREBRAS, SMALL))));
        Route route = Route.of(List.of(behind, first));
        turn(OURS, Route.to(shared));

        assertEquals("cerebras/1", turn(OURS, route));
        assertEquals("groq/1", turn(OTHER, route));
    }

    @Test
    void affinity_does_not_prefer_a_later_tier_of_a_nested_route() {
        pool = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        Route nested = new Route(List.of(tier(new RouteTarget(CEREBRAS, BIG)), tier(new RouteTarget(GROQ, SMALL))));
        Route route = Route.of(List.of(nested, new RouteTarget(GROQ, BIG)));
        turn(OURS, groqs(SMALL));

        assertEquals("cerebras/1", turn(OURS, route));
    }

    @Test
    void affinity_expires_after_its_duration() {
        turn(OURS);
        pool.pass(KEPT.minusMillis(1));
        assertEquals("groq/1", turn(OURS));
        pool.pass(KEPT);

        assertEquals("groq/2", turn(OURS));
    }

    @Test
    void affinity_evicts_the_least_recently_used_of_10_000_conversations() {
        turn(OURS);
        Step.Attempt other = pool.attempt(request(OTHER, groqs(BIG)));
        answered(OTHER, other);
        for (int i = 1; i < 10_000; i++) {
            pool.keyPool.preferGroup(OTHER + i, other, pool.now.plus(KEPT));
        }

        assertEquals(List.of("groq/2", "groq/3"), turns(OTHER, OURS));
    }

    @Test
    void conversation_follows_its_group_when_groups_merge() {
        pool = new TestPool(keys(GROQ, "k1", "k2", "k3", "k4"));
        turn(OURS);
        pool.answeredBy();
        pool.fail(limitedOf("org", A_MINUTE));
        pool.fail(limitedOf("org", A_MINUTE));
        pool.pass(A_MINUTE);

        assertEquals("groq/1", turn(OURS));
    }

    @Test
    void reload_keeps_affinity_to_kept_keys() {
        pool = new TestPool(keys(GROQ, "k1", "k2", "k3"));
        turn(OURS);
        turn(OTHER);

        pool.reload(keys(GROQ, "k3", "k2@team"));

        assertEquals("groq/2", turn(OTHER));
        assertEquals("groq/1", turn(OURS));
    }

    @Test
    void reload_drops_affinity_to_a_replaced_provider() {
        turn(OURS);
        turn(OTHER);

        pool.reload(GROQ, provider(GROQ, "a", "b", "c"));

        assertEquals("groq/1", turn(OTHER));
        assertEquals("groq/2", turn(OURS));
    }

    @Test
    void answer_of_a_removed_key_sets_no_affinity() {
        pool = new TestPool(keys(GROQ, "k1", "k2"));
        Step.Attempt attempt = pool.attempt(request(OURS, groqs(BIG)));
        pool.reload(keys(GROQ, "k2", "k3"));
        answered(OURS, attempt);
        pool.answeredBy();

        assertEquals("groq/2", turn(OURS));
    }

    @Test
    void fallback_attempt_ignores_affinity() {
        turn(OURS);
        turn(OURS);

        RequestAttempts failing = pool.failing(request(OURS, groqs(BIG)), empty());

        assertNotEquals("groq/1", slot(pool.attempt(failing)));
    }
}
