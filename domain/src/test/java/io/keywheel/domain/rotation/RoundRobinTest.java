package io.keywheel.domain.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinTest {

    private final Map<String, String> groups = new HashMap<>();
    private final RoundRobin<String, String> roundRobin =
            new RoundRobin<>(List.of("a", "b", "c"), "abc"::indexOf, this::group);

    private String group(String member) {
        return groups.getOrDefault(member, member);
    }

    @ParameterizedTest(name = "first attempt: {0}")
    @ValueSource(booleans = {true, false})
    void returning_member_moves_to_the_front(boolean firstAttempt) {
        roundRobin.both(queue -> queue.remove("b"));
        assertEquals("ac", queue(firstAttempt));
        assertFalse(roundRobin.has("b"));
        assertTrue(roundRobin.has("a"));

        roundRobin.both(queue -> queue.moveToFront("b"));
        assertEquals("bac", queue(firstAttempt));
    }

    @Test
    void member_with_a_late_returned_turn_moves_to_the_front() {
        roundRobin.of(true).useTurn("b");
        roundRobin.of(true).useTurn("a");
        roundRobin.of(true).returnTurn("b");
        assertEquals("bca", queue(true));

        roundRobin.of(true).useTurn("c");
        roundRobin.both(queue -> queue.moveToFront("c"));
        roundRobin.of(true).returnTurn("c");
        assertEquals("cba", queue(true));
    }

    @Test
    void removed_member_does_not_rejoin_by_returning_its_turn() {
        roundRobin.of(true).useTurn("a");
        roundRobin.both(queue -> queue.remove("a"));
        roundRobin.of(true).returnTurn("a");

        assertEquals("bc", queue(true));
    }

    @ParameterizedTest(name = "first attempt: {0}")
    @ValueSource(booleans = {true, false})
    void turn_returned_immediately_restores_the_order(boolean firstAttempt) {
        roundRobin.of(firstAttempt).useTurn("a");
        for (String member : List.of("c", "a")) {
            roundRobin.of(firstAttempt).useTurn(member);
            roundRobin.both(queue -> queue.setAside(member));
            roundRobin.of(firstAttempt).returnTurn(member);
            assertEquals("bca", queue(firstAttempt));
        }
    }

    @Test
    void unknown_member_changes_no_order() {
        roundRobin.both(queue -> queue.remove("stranger"));
        roundRobin.both(queue -> queue.restoreNext("stranger"));

        assertEquals("abc", queue(true));
        assertFalse(roundRobin.has("stranger"));
    }

    @ParameterizedTest(name = "first attempt: {0}")
    @ValueSource(booleans = {true, false})
    void unblocked_group_members_return_to_their_places_one_by_one(boolean firstAttempt) {
        groups.putAll(Map.of("a", "one", "b", "one", "c", "other"));
        roundRobin.of(firstAttempt).useTurn("a");
        List.of("a", "b", "c").forEach(member -> roundRobin.both(queue -> queue.setAside(member)));
        assertEquals("", queue(firstAttempt));
        assertEquals(
                List.of("b", "a"),
                List.copyOf(roundRobin.of(firstAttempt).aside("one").values()));
        assertTrue(roundRobin.has("a"));

        roundRobin.both(queue -> queue.restoreNext("one"));
        assertEquals("b", queue(firstAttempt));
        roundRobin.both(queue -> queue.restoreNext("other"));
        roundRobin.both(queue -> queue.restoreNext("one"));
        assertEquals("bca", queue(firstAttempt));
    }

    @Test
    void blocked_members_of_merged_groups_share_one_queue() {
        List.of("a", "b").forEach(member -> roundRobin.both(queue -> queue.setAside(member)));
        groups.put("b", "a");
        roundRobin.both(queue -> queue.merge("b", "a"));

        assertEquals(
                List.of("a", "b"), List.copyOf(roundRobin.of(true).aside("a").values()));
        assertEquals(
                List.of("a", "b"), List.copyOf(roundRobin.of(false).aside("a").values()));
    }

    /// Compares the round robin with a plain queue that checks every member.
    @Test
    void blocking_and_unblocking_random_groups_changes_no_order() {
        List<String> members = IntStream.range(0, 12).mapToObj(String::valueOf).toList();
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var inTurns = new RoundRobin<>(members, members::indexOf, RoundRobinTest::anyOfFour);
            List<List<String>> queues = List.of(new ArrayList<>(members), new ArrayList<>(members));
            var blocked = new HashSet<String>();
            for (int step = 0; step < 300; step++) {
                boolean first = random.nextBoolean();
                List<String> its = queues.get(first ? 0 : 1);
                String some = members.get(random.nextInt(members.size()));
                String group = anyOfFour(some);
                switch (random.nextInt(6)) {
                    case 0 -> blocked.add(group);
                    case 1 -> {
                        blocked.remove(group);
                        inTurns.both(queue -> queue.restoreNext(group));
                    }
                    case 2 -> {
                        String last = members.get(random.nextInt(members.size()));
                        inTurns.of(first).useTurn(last);
                        inTurns.both(queue -> queue.restoreNext(anyOfFour(last)));
                        inTurns.of(first).returnTurn(some);
                        if (!some.equals(last)) {
                            moved(last, members.size() - 1, its);
                            moved(some, 0, its);
                        }
                    }
                    case 3 -> {
                        inTurns.both(queue -> queue.remove(some));
                        inTurns.both(queue -> queue.moveToFront(some));
                        queues.forEach(queue -> moved(some, 0, queue));
                    }
                    default -> {
                        var skipped = Set.of(some);
                        String chosen = choose(inTurns, first, blocked, skipped);
                        assertEquals(
                                its.stream()
                                        .filter(each -> !blocked.contains(anyOfFour(each)) && !skipped.contains(each))
                                        .findFirst()
                                        .orElse(null),
                                chosen,
                                "seed " + seed + ", step " + step);
                        if (chosen != null) {
                            moved(chosen, members.size() - 1, its);
                        }
                    }
                }
            }
        }
    }

    private static String anyOfFour(String member) {
        return "group " + Integer.parseInt(member) % 4;
    }

    private static void moved(String member, int to, List<String> queue) {
        queue.remove(member);
        queue.add(to, member);
    }

    private static @Nullable String choose(
            RoundRobin<String, String> inTurns, boolean first, Set<String> blocked, Set<String> skipped) {
        for (String next = inTurns.of(first).after(null);
                next != null;
                next = inTurns.of(first).after(next)) {
            String member = next;
            String group = anyOfFour(member);
            if (blocked.contains(group)) {
                inTurns.both(queue -> queue.setAside(member));
            } else if (skipped.contains(next)) {
                inTurns.both(queue -> queue.restoreNext(group));
            } else {
                inTurns.of(first).useTurn(next);
                inTurns.both(queue -> queue.restoreNext(group));
                return next;
            }
        }
        return null;
    }

    private String queue(boolean firstAttempt) {
        return String.join("", roundRobin.of(firstAttempt).list());
    }
}
