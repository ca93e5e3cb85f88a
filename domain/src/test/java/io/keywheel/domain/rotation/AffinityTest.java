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

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a conversation stays with the key that answered it | a b c | ours next a; other next b; ours next a; other next b
                    a request without a conversation takes the next turn | a b c | ours next a; next b c a b; ours next a
                    a conversation uses up the turn of its key | a b & x | any ours next a; any other next x; any ours next a; any next x b x
                    keys of the preferred group take turns | a@one b c@one | ours next a c a c
                    a conversation keeps a group for each model | a b c | other small next a; ours next a; ours small next b; ours next a; ours small next b
                    a conversation does not prefer a key under probe | a b c | ours next a; ours limit 1m; pass 1m; begin 1 with a; ours next b
                    a conversation does not prefer a key with a due probe | a b c | ours next a; ours limit 1m; limit 61s; limit 62s; pass 2m; begin 1 with c; ours next b
                    a conversation does not prefer a cooling provider | a & x | any ours next a; down; any ours next x
                    a conversation moves from a limited key to its fallback | a b c | ours next a; ours begin 1 with a; fail 1 limit 1m; ours next b; pass 1m; ours next b
                    a conversation moves from a refused key to its fallback | a b c | ours next a; ours begin 1 with a; fail 1 refused; ours next b; pass 1m; ours next b
                    a conversation moves from a key without the model to its fallback | a b c | ours next a; ours begin 1 with a; fail 1 gone; ours next b; pass 1m; ours next b
                    a fallback ignores affinity | a b c | ours next a a; ours begin 1 with a; fail 1 empty; begin 1 with b
                    the only active conversation is not limited to a fair share | a b c | ours next a a a a a a a a a a
                    # The fair share of 8 first attempts in 3 groups is 3, and 7 are more than twice 3.
                    a conversation leaves a group beyond twice its fair share | a b c | ours next a a a a a a a; other next b; ours next c c
                    a withdrawn attempt does not count towards the fair share | a b c | ours next a a a a a a; other next b; ours begin 1; withdraw 1; ours next a
                    affinity expires after its duration | a b c | ours next a; pass 299.999s; ours next a; pass 300s; ours next b
                    a conversation follows its group when groups merge | a b c d | next a; ours next b; small limit 1m of org; small limit 1m of org; ours next a
                    a reload keeps affinity to a merged group | a b c d | next a; ours next b; small limit 1m of org; small limit 1m of org; reload a b c d; ours next a
                    a reload keeps affinity to kept keys | a b c | ours next a; other next b; reload c b@team; other next b; ours next c
                    a reload drops affinity to a replaced provider | a b c | ours next a; other next b; replace a b c; other next a; ours next b
                    """)
    void conversation_prefers_the_group_that_answered_it(String what, String keys, String steps) {
        PoolSteps.play(what, keys, steps);
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
    void answer_of_a_removed_key_sets_no_affinity() {
        pool = new TestPool(keys(GROQ, "k1", "k2"));
        Step.Attempt attempt = pool.attempt(request(OURS, groqs(BIG)));
        pool.reload(keys(GROQ, "k2", "k3"));
        answered(OURS, attempt);
        pool.answeredBy();

        assertEquals("groq/2", turn(OURS));
    }
}
