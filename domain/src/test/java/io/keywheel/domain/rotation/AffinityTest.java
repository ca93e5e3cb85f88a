package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

    /// Each row has the groups of Groq's keys, and after `&` those of Cerebras; then the keys that answer the next
    /// requests of `ours` or the `other` conversation, or of none; `begin` leaves one in flight. `limit-ours` and
    /// `limit-next`: such a request is limited; `merge`: by a limit that keys share. `down`: one finds Groq down.
    /// `replace`: a reload makes Groq another provider. `withdraw`: our request goes back before its call.
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a conversation stays with the key that answered it | a b c | ours groq/1; other groq/2; ours groq/1; other groq/2
                    a request without a conversation takes the next turn | a b c | ours groq/1; next groq/2 groq/3 groq/1 groq/2; ours groq/1
                    a conversation uses up the turn of its key | a b & c | ours groq/1; other cerebras/1; ours groq/1; next cerebras/1 groq/2 cerebras/1
                    keys of the preferred group take turns | a b a | ours groq/1 groq/3 groq/1 groq/3
                    a conversation does not prefer a key under probe | a b c | ours groq/1; limit-ours 1m; pass 1m; begin groq/1; ours groq/2
                    a conversation does not prefer a key with a due probe | a b c | ours groq/1; limit-ours 1m; limit-next 61s; limit-next 62s; pass 2m; begin groq/3; ours groq/2
                    a conversation does not prefer a cooling provider | a & c | ours groq/1; down; ours cerebras/1
                    the only active conversation is not limited to a fair share | a b c | ours groq/1 groq/1 groq/1 groq/1 groq/1 groq/1 groq/1 groq/1 groq/1 groq/1
                    # The fair share of 8 first attempts in 3 groups is 3, and 7 are more than twice 3.
                    a conversation leaves a group beyond twice its fair share | a b c | ours groq/1 groq/1 groq/1 groq/1 groq/1 groq/1 groq/1; other groq/2; ours groq/3 groq/3
                    a withdrawn attempt does not count towards the fair share | a b c | ours groq/1 groq/1 groq/1 groq/1 groq/1 groq/1; other groq/2; withdraw; ours groq/1
                    affinity expires after its duration | a b c | ours groq/1; pass 299.999s; ours groq/1; pass 300s; ours groq/2
                    a conversation follows its group when groups merge | a b c d | ours groq/1; next groq/2; merge 1m; merge 1m; pass 1m; ours groq/1
                    a reload drops affinity to a replaced provider | a b c | ours groq/1; other groq/2; replace; other groq/1; ours groq/2
                    """)
    void conversation_prefers_the_group_that_answered_it(String what, String groups, String steps) {
        String[] both = groups.split(" & ", -1);
        ProviderProfile groq = provider(GROQ, both[0].split(" ", -1));
        pool = both.length == 1 ? new TestPool(groq) : new TestPool(groq, provider(CEREBRAS, both[1]));
        Route route = both.length == 1 ? groqs(BIG) : anyModel();
        for (String step : steps.split("; ", -1)) {
            List<String> words = List.of(step.split(" ", -1));
            String then = words.getLast();
            List<String> slots = words.subList(1, words.size());
            String row = what + ": " + step;
            switch (words.getFirst()) {
                case "ours" -> slots.forEach(slot -> assertEquals(slot, turn(OURS, route), row));
                case "other" -> slots.forEach(slot -> assertEquals(slot, turn(OTHER, route), row));
                case "next" -> assertEquals(slots, pool.answers(route, slots.size()), row);
                case "begin" -> assertEquals(then, slot(pool.attempt()), row);
                case "pass" -> pool.pass(duration(then));
                case "limit-ours" -> pool.failing(request(OURS, route), limited(duration(then)));
                case "limit-next" -> pool.fail(limited(duration(then)));
                case "merge" -> pool.fail(limitedOf("org", duration(then)));
                case "down" -> pool.fail(unavailable());
                case "replace" -> pool.reload(GROQ, groq);
                case "withdraw" -> {
                    RequestAttempts request = request(OURS, route);
                    pool.withdraw(pool.attempt(request), request);
                }
                default -> fail(row);
            }
        }
    }

    private static Duration duration(String written) {
        return Duration.parse("PT" + written.toUpperCase(Locale.ROOT));
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
    void reload_keeps_affinity_to_kept_keys() {
        pool = new TestPool(keys(GROQ, "k1", "k2", "k3"));
        turn(OURS);
        turn(OTHER);

        pool.reload(keys(GROQ, "k3", "k2@team"));

        assertEquals("groq/2", turn(OTHER));
        assertEquals("groq/1", turn(OURS));
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
