package io.keywheel.domain.failover;

import static io.keywheel.domain.failover.TestQueue.ANY;
import static io.keywheel.domain.failover.TestQueue.BIG_AT_GROQ;
import static io.keywheel.domain.failover.TestQueue.GROQS_DEFAULT;
import static io.keywheel.domain.failover.TestQueue.SMALL_AT_GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Many cases are rows of steps. After `>` stand all requests that the step starts, with their keys where these matter,
/// and with `no` those that it refuses.
///
/// - `limit 10s`: the key in turn has a limit until then
/// - `left 2000 1000`: the keys have so many tokens left, and get 100 per second
/// - `come 2 of 3000 for 5s`: request 2 needs 3000 tokens, and waits 5 s at most; `within 5s`: its deadline; `to any`
///   provider, to a default model (`groq`, `cerebras`), or to `both` in turn; `once`: without fallback
/// - `later 10s`: it is later, and the queue has not noticed; `pass 10s`: it has
/// - `end 1 left 3500`: request 1 was answered with these tokens left
/// - `abandon 1`: request 1 leaves soon after its wait
/// - `withdraw 1`, `fail 1`, and `fail 1 for 5s`: request 1 withdraws its attempt, or fails (by a limit of 5 s), and
///   comes again
class WaitQueueTest extends PoolFixture {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration A_NANOSECOND = Duration.ofNanos(1);
    private static final Failure LIMITED = limited(TEN);
    private static final Route GROQ_THEN_CEREBRAS = new Route(List.of(
            new Tier(List.of(RouteTarget.ofDefaultModel(GROQ))),
            new Tier(List.of(RouteTarget.ofDefaultModel(CEREBRAS)))));
    private static final Failure BUSY = new Failure.Overloaded("busy", TEN);

    private final TestQueue queue = new TestQueue(1000, provider(GROQ, "1"));
    private final TestQueue both = new TestQueue(1000, provider(GROQ, "1"), provider(CEREBRAS, "1"));
    private final TestQueue twoKeys = new TestQueue(1000, provider(GROQ, "1", "2"));

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    a new request does not overtake a waiting one with a ready key | 1 | limit 10s; come 1; later 10s; come 2 > 1
                    a request keeps its place after it withdrew its probe | 1 | limit 10s; come 1; come 2; pass 10s > 1; withdraw 1 > 1
                    a request keeps its place after a failed attempt | 2 | limit 10s; limit 20s; come 1; come 2; come 3; pass 10s > 1; fail 1 for 30s; pass 10s > 1 at groq/2
                    a request that tried the ready key does not block the next one | 2 | limit 10s; limit 30s; come 1; come 2; pass 10s > 1; fail 1 > 2 at groq/1
                    a request with fallback passes one limited to the first tier | both | limit 10s; come 1 to both once; come 2 to groq; come 3 to both > 3 at cerebras/1; pass 10s > 1
                    a request without fallback ends with its failure behind one with fallback | 1 | come 1 > 1; come 2 once > 2; fail 1 for 10s; fail 2 for 10s > no 2
                    the first request starts first on any route to the key | 1 | limit 10s; come 0 to any; come 1 to groq; come 2; pass 10s > 0; end 0 > 1, 2
                    the first request starts first on any route to the key | 1 | limit 10s; come 0 to groq; come 1; come 2 to any; pass 10s > 0; end 0 > 1, 2
                    the first request starts first on any route to the key | 1 | limit 10s; come 0; come 1 to any; come 2 to groq; pass 10s > 0; end 0 > 1, 2
                    # Of different sizes
                    a small request does not pass a large one while another group waits | 2 | left 2000 1000; come 1 of 3000 to groq; come 2 of 3000; come 3 of 300
                    a small request that would delay a large one does not pass | 1 | left 100; come 1 of 3000; come 2 of 10; pass 29s > 1; end 1; pass 0.1s > 2
                    a ready key of a request behind another is not reserved | 1 | left 2000; come 1 of 3000; come 2 of 1800 for 15s; pass 10s > 1
                    a request behind another is refused immediately if no key is ready in time | 1 | left 100; come 1 of 300; come 2 of 3000 for 29s
                    a request behind another is refused immediately if no key is ready in time | 1 | left 100; come 1 of 300; come 2 of 3000 for 28s > no 2
                    a request behind another is refused immediately if no key is ready in time | 1 | left 100; come 1 of 300; come 2 of 300 for 2s
                    a request behind another is refused immediately if no key is ready in time | 1 | left 100; come 1 of 300; come 2 of 300 for 1s > no 2
                    a request behind another is refused immediately after its deadline | 1 | left 100; come 1 of 3000; come 2 of 10 within 0s > no 2
                    a small request passes a large one with another key | 2 | left 2000 1000; come 1 of 3000; come 2 of 300 > 2 at groq/2; come 3 of 300 > 3 at groq/2; pass 10s > 1 at groq/1
                    a small request passes no large one in its last second of waiting | 2 | left 2000 1000; come 1 of 2200; come 2 of 300 > 2; pass 1.001s; come 3 of 300; pass 0.999s > 1, 3
                    a small request passes no large one that waits for a call in flight | 2 | left 2000 3500; come 0 of 2500 > 0; come 1 of 3000; come 2 of 300; end 0 left 3500 > 1, 2
                    a request passes waiting ones of more than twice its size | 2 | left 800 500; come 1 of 1000; come 2 of 600; come 3 of 300
                    a request passes waiting ones of more than twice its size | 2 | left 800 500; come 1 of 1000; come 2 of 600; come 3 of 299 > 3
                    a request passes waiting ones of more than twice its size | 2 | left 800 500; come 1 of 2000; come 2 of 900; come 3 of 450
                    a request passes waiting ones of more than twice its size | 2 | left 800 500; come 1 of 2000; come 2 of 900; come 3 of 449 > 3
                    a withdrawn small request passes earlier ones again | 2 | left 2000 800; come 1 of 3000; come 2 of 300 > 2; come 3 of 590; withdraw 2 > 2 at groq/2
                    # After an abandoned call: each of the first ones might leave just after its wait
                    the last request goes once before the first after an abandoned call | 1 | left 100; come 1 of 1000; come 2 of 1000; come 3 of 1000; come 4 of 1000; pass 9s > 1; abandon 1 > 4; end 4 left 0; pass 10s > 2
                    the last request probes after an abandoned probe | 1 | limit 10s; come 1; come 2; come 3; pass 10s > 1; abandon 1 > 3; end 3 > 2
                    the first request starts after an abandoned call if the last one lacks quota | 1 | left 100; come 1 of 1000; come 2 of 1000; come 3 of 5000; pass 9s > 1; abandon 1 > 2
                    the last request waits after an abandoned call while the first lacks quota | 1 | left 1000; come 0 of 100 > 0; come 1 of 100 > 1; come 2 of 3000; come 3 of 1400; abandon 1; later 10s; end 0 left 2000; pass 10s > 3
                    the first request is next after an abandoned call of another provider | both | left 100; come 1 to cerebras > 1; come 2 of 1000; come 3 of 1000; abandon 1; pass 9s > 2
                    a withdrawn small request lets a large one start that became ready | 2 | left 2000 800; come 1 of 3000; come 2 of 300 > 2; later 10s; withdraw 2 > 1 at groq/1, 2
                    """)
    void requests_start_in_the_order_of_the_rules(String what, String keys, String steps) {
        TestQueue requests = keys.equals("both") ? both : keys.equals("1") ? queue : twoKeys;
        for (String step : steps.split("; ", -1)) {
            String row = what + ": " + step;
            String[] parts = step.split(" > ", -1);
            List<Integer> started = take(requests, parts[0].split(" ", -1));
            List<String> expected = parts.length == 1 ? List.of() : List.of(parts[1].split(", ", -1));
            assertEquals(expected.size(), started.size(), row + ": " + started);
            for (int i = 0; i < started.size(); i++) {
                int number = started.get(i);
                String start = requests.step(number) instanceof Step.Attempt ? "" + number : "no " + number;
                boolean isKeyGiven = expected.get(i).contains(" at ");
                assertEquals(expected.get(i), isKeyGiven ? start + " at " + requests.slot(number) : start, row);
            }
        }
    }

    /// @return the requests that start
    private List<Integer> take(TestQueue requests, String[] words) {
        int number = words[1].matches("\\d+") ? Integer.parseInt(words[1]) : 0;
        return switch (words[0]) {
            case "limit" -> {
                requests.meets(limited(duration(words[1])));
                yield List.of();
            }
            case "left" -> {
                hold(
                        requests,
                        Stream.of(words).skip(1).mapToLong(Long::parseLong).toArray());
                yield List.of();
            }
            case "later" -> {
                requests.now = requests.now.plus(duration(words[1]));
                yield List.of();
            }
            case "come" ->
                requests.comes(number, request(requests, List.of(words).subList(2, words.length)));
            case "pass" -> requests.passes(duration(words[1]));
            case "withdraw" -> requests.withdraws(number);
            case "abandon" -> requests.ends(number, new Failure.Cancelled());
            case "end" ->
                requests.answered(number, words.length > 2 ? left(Long.parseLong(words[3])) : RateLimitStatus.UNKNOWN);
            case "fail" ->
                requests.fails(
                        number, words.length > 2 ? limited(duration(words[3])) : new Failure.EmptyReply("nothing"));
            default -> throw new AssertionError(words[0]);
        };
    }

    private static RequestAttempts request(TestQueue requests, List<String> words) {
        boolean once = !words.isEmpty() && words.getLast().equals("once");
        var options = new HashMap<String, String>();
        for (int i = 0; i < words.size() - (once ? 1 : 0); i += 2) {
            options.put(words.get(i), words.get(i + 1));
        }
        long need = Long.parseLong(Objects.requireNonNullElse(options.remove("of"), "0"));
        Duration maxWait = duration(Objects.requireNonNullElse(options.remove("for"), "1m"));
        Duration timeout = duration(Objects.requireNonNullElse(options.remove("within"), "2m"));
        Route route = route(Objects.requireNonNullElse(options.remove("to"), "big"));
        assertEquals(Map.of(), options);
        return once ? requests.requestWithoutFallback(route, need) : requests.request(route, maxWait, timeout, need);
    }

    private static Route route(String to) {
        return switch (to) {
            case "big" -> BIG_AT_GROQ;
            case "any" -> ANY;
            case "groq" -> GROQS_DEFAULT;
            case "cerebras" -> Route.to(RouteTarget.ofDefaultModel(CEREBRAS));
            case "both" -> GROQ_THEN_CEREBRAS;
            default -> throw new AssertionError(to);
        };
    }

    private static Duration duration(String written) {
        return Duration.parse("PT" + written.toUpperCase(Locale.ROOT));
    }

    @Test
    void first_waiting_request_starts_exactly_when_its_cooldown_ends() {
        queue.meets(LIMITED);
        queue.come(1, 2, 3);

        assertEquals(Optional.of(START.plus(TEN)), queue.waitQueue.nextWakeup());
        assertEquals(List.of(), queue.passes(TEN.minus(A_NANOSECOND)));
        assertEquals(List.of(1), queue.passes(A_NANOSECOND));
    }

    @Test
    void close_refuses_waiting_new_and_rejoining_requests() {
        queue.come(0);
        queue.meets(LIMITED);
        queue.come(1, 2);

        assertEquals(Set.of(1, 2), Set.copyOf(queue.closes()));
        assertEquals(List.of(0), queue.withdraws(0));
        assertEquals(List.of(3), queue.come(3));
        for (int request : new int[] {0, 1, 2, 3}) {
            assertEquals(new Step.GiveUp(new Exhaustion.Closed()), queue.step(request));
        }
    }

    @Test
    void rejected_request_ends_with_its_own_failure_after_close() {
        queue.come(1);
        queue.closes();

        queue.fails(1, new Failure.Rejected(NO));

        var end = assertInstanceOf(Step.GiveUp.class, queue.step(1));
        assertInstanceOf(Exhaustion.Stopped.class, end.exhaustion());
    }

    @ParameterizedTest
    @CsvSource({"0, 1400, 2801, true", "0, 1400, 2800, false", "1000, 400, 1801, true", "1000, 400, 1800, false"})
    void size_of_a_request_includes_what_its_provider_reserves_for_an_unbounded_answer(
            long reserved, long prompt, long largePrompt, boolean passes) {
        var keys = new TestQueue(
                1000, new ProviderProfile(GROQ, BIG, provider(GROQ, "1", "2").keys(), reserved));
        hold(keys, 2000, 1500);
        keys.comes(1, keys.request(BIG_AT_GROQ, new TokenEstimate(largePrompt, 1, null)));

        assertEquals(
                passes ? List.of(2) : List.of(),
                keys.comes(2, keys.request(BIG_AT_GROQ, new TokenEstimate(prompt, 1, null))));
    }

    @Test
    void small_request_does_not_pass_a_large_one_on_a_tiered_route() {
        both.come(GROQS_DEFAULT, -1);
        both.come(Route.to(RouteTarget.ofDefaultModel(CEREBRAS)), -2);
        both.answered(-1, left(2000));
        both.answered(-2, left(1000));
        both.now = START.plusMillis(1);
        both.comes(1, both.request(GROQ_THEN_CEREBRAS, 3000));

        assertEquals(List.of(), both.comes(2, both.request(GROQ_THEN_CEREBRAS, 300)));
    }

    @Test
    void small_request_passes_a_large_one_at_another_model_or_provider() {
        for (RouteTarget other : List.of(new RouteTarget(GROQ, SMALL), RouteTarget.ofDefaultModel(CEREBRAS))) {
            var fresh = new TestQueue(1000, provider(GROQ, "1"), provider(CEREBRAS, "1"));
            fresh.come(-2);
            fresh.come(Route.to(other), -1);
            fresh.answered(-2, left(2000));
            fresh.answered(-1, left(1000));
            fresh.now = START.plusMillis(1);
            Route route = Route.of(List.of(new RouteTarget(GROQ, BIG), other));
            fresh.comes(1, fresh.request(route, 3000));

            assertEquals(List.of(2), fresh.comes(2, fresh.request(route, 300)));
        }
    }

    @Test
    void request_joining_behind_an_equal_one_runs_no_key_selection() {
        queue.meets(LIMITED);
        queue.come(1);
        int before = queue.choices;

        queue.come(2, 3, 4);

        assertEquals(before, queue.choices);
    }

    @Test
    void request_without_retries_left_does_not_block_one_with_retries() {
        twoKeys.meets(new Failure.KeyRefused("no"));
        twoKeys.passes(Duration.ofHours(2));
        twoKeys.come(0);
        twoKeys.comes(1, twoKeys.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofMinutes(2), 0));
        twoKeys.comes(2, twoKeys.request(BIG_AT_GROQ, Duration.ofSeconds(30), Duration.ofMinutes(2), 0));
        twoKeys.fails(1, limited(Duration.ofSeconds(1)));
        twoKeys.fails(2, limited(Duration.ofSeconds(1)));

        assertEquals(List.of(2), twoKeys.passes(Duration.ofSeconds(1)));
        assertTrue(twoKeys.waits(1), "for the probe of the other key");
    }

    @Test
    void requests_that_tried_a_key_before_and_after_a_reload_wait_apart() {
        twoKeys.come(0);
        Step.Attempt before = twoKeys.attempt(0);
        var after = new Step.Attempt(before.target(), Set.of(), START, 0, 1);

        RequestAttempts request = twoKeys.attempts(0);
        assertNotEquals(
                WaitQueue.WaitGroup.of(request.withFailure(before.failed(LIMITED))),
                WaitQueue.WaitGroup.of(request.withFailure(after.failed(LIMITED))));
    }

    @Test
    void request_waiting_for_a_probe_gives_up_exactly_at_its_deadline() {
        queue.meets(BUSY);
        queue.passes(TEN);
        queue.comes(1, queue.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofHours(1), 0));
        queue.comes(2, queue.request(BIG_AT_GROQ, Duration.ZERO, Duration.ofMinutes(30), 0));
        queue.comes(3, queue.request(BIG_AT_GROQ, Duration.ZERO, TEN, 0));
        queue.comes(4, queue.request(BIG_AT_GROQ, TEN, Duration.ofHours(2), 0));

        assertEquals(List.of(), queue.passes(TEN.minus(A_NANOSECOND)));
        assertEquals(List.of(3), queue.passes(A_NANOSECOND));
        assertEquals(new Step.GiveUp(new Exhaustion.DeadlinePassed()), queue.step(3));
        assertTrue(queue.waits(4), "it may wait for a probe beyond its longest wait");
        assertEquals(List.of(2, 4), queue.answered(1));
    }

    @Test
    void leaving_request_is_removed_from_the_queue() {
        queue.meets(LIMITED);
        queue.come(1, 2);

        queue.leaves(1);

        assertEquals(1, queue.waitQueue.size());
        assertEquals(List.of(2), queue.passes(TEN));
        assertEquals(Optional.empty(), queue.waitQueue.nextWakeup());
    }

    @Test
    void request_beyond_the_queue_limit_is_refused_with_the_ready_time() {
        var bounded = new TestQueue(2, provider(GROQ, "1"));
        bounded.meets(LIMITED);
        bounded.come(1, 2);

        assertEquals(List.of(3), bounded.come(3));

        assertEquals(START.plus(TEN), readyAt(bounded.step(3)));
        assertEquals(List.of(1), bounded.passes(TEN));
    }

    @Test
    void queue_of_size_zero_refuses_requests_even_during_a_probe() {
        var none = new TestQueue(0, provider(GROQ, "1"));
        none.meets(LIMITED);
        assertEquals(List.of(1), none.come(1));
        none.passes(TEN);
        none.come(2);

        assertEquals(List.of(3), none.come(3));

        assertInstanceOf(Step.Attempt.class, none.step(2));
        assertEquals(none.now, readyAt(none.step(3)));
    }

    @Test
    void queue_check_selects_once_per_wait_group_and_per_started_request() {
        queue.meets(LIMITED);
        queue.meets(SMALL_AT_GROQ, LIMITED);
        IntStream.range(0, 1000).forEach(n -> queue.come(n % 2 == 0 ? BIG_AT_GROQ : SMALL_AT_GROQ, n));
        int before = queue.choices;

        queue.passes(TEN);
        assertEquals(4, queue.choices - before, "two go, and the two behind them wait");

        queue.leaves(10);
        assertEquals(6, queue.choices - before);
    }

    private static void hold(TestQueue keys, long... tokens) {
        for (int i = 0; i < tokens.length; i++) {
            keys.come(-1 - i);
        }
        for (int i = 0; i < tokens.length; i++) {
            keys.answered(-1 - i, left(tokens[i]));
        }
        keys.now = START.plusMillis(1);
    }

    /// The bucket refills 100 tokens per second.
    private static RateLimitStatus left(long tokens) {
        Duration reset = Duration.ofMillis((8000 - tokens) * 10);
        return reported(new Bucket("tokens", 8000L, tokens, reset, true));
    }

    private static Instant readyAt(Step step) {
        var giveUp = assertInstanceOf(Step.GiveUp.class, step);
        return assertInstanceOf(Exhaustion.AllFailed.class, giveUp.exhaustion())
                .unavailability()
                .readyAt();
    }
}
