package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// When keys are ready again. Most cases are rows of steps for the keys of these groups:
///
/// - `begin p for r with 500`: call `p` of a new request, or the same request `r`, that needs 500 tokens
/// - `answer p left 0 1m`: with no tokens left for a minute; `flow 100`: with 100 left, and 100 more per second
/// - `answered`, `meet busy`: a new request's call is answered, or fails so; `fail p busy 1m`: `p` does, for a minute
/// - `wait 1m for r`: it waits for a key so long; `outcome 1m`: for a call's outcome; `free 1m`: the ready time told
/// - `start p`: it begins only now; `answers 2 1`: the keys of the next two requests
/// - `silent`: the last step reported nothing
final class KeyPoolRecoveryTest extends PoolFixture {

    private static final Failure BUSY = new Failure.Overloaded("queue full", null);

    private final TestPool pool = new TestPool(provider(GROQ, "a", "b", "c"));

    private final Map<String, Step.Attempt> calls = new HashMap<>();
    private final Map<String, RequestAttempts> requests = new HashMap<>();
    private List<PoolEvent> events = List.of();

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    a request without an alternative probes an unconfirmed outage | a b c | meet unavailable; begin p; probes p OfProvider; outcome 2m; answer p; begin q; probes q
                    a request without an alternative probes an unconfirmed outage | a b c | meet busy; begin p; probes p OfModel; outcome 2m; answer p; begin q; probes q
                    a request probes an outage only once | a b c | meet unavailable; begin p for r; fail p unavailable; wait 1s for r
                    a request that saw the outage waits only for its untried key | a b | meet limited 2s; begin p for r; fail p unavailable 1m; wait 2s for r; pass 2s; begin q for r; slot q 1
                    a request waits for the cooldown of a timeout but not for an unconfirmed outage | a b c | begin p for r; fail p timeout; begin q for r; fail q busy; wait 0.5s; pass 0.5s; ready
                    the probe of a retired key waits for the quota of its group | a a | meet refused; answered left 100 2h; pass 1h; wait 1h with 500; free 1h with 500; pass 1h; begin p with 500; slot p 1
                    an unreported probe ends at its deadline and its late report is ignored | a | meet busy 1m; pass 1m; begin late; pass 2m; begin p; probes p OfModel; fail late late; unready
                    an answer to an earlier attempt does not end a cooldown | a | begin before; pass 1s; meet limited 1m; answer before; silent; unready
                    a timeout from before a cooldown seen after it leaves the probe to decide | a b c | begin first; begin late; pass 0.001s; fail first timeout; pass 1s; begin p; fail late timeout; silent; outcome 2m; fail p timeout; wait 1s
                    a requested pause counts although its attempt is from before the cooldown | a b c | begin first; begin late; pass 0.001s; fail first timeout; pass 1s; fail late unavailable 1m; wait 1m
                    a request does not wait for a probe of a key with a later cooldown | a b | meet limited 1s; begin second; begin third; pass 1s; begin p; fail second limited 1h; fail third unavailable 1m; wait 1m
                    the ready time follows a later report | a | begin late; meet limited 1m; free 1m; fail late limited 2m; free 2m
                    a key is ready only after the cooldown of its provider | a b | begin late; meet limited 0.1s; fail late unavailable; free 0.5s
                    an answer to another call ends the cooldown | a | begin other; meet limited 1m; free 1m; answer other; free 0s
                    the first content of another call ends the cooldown | a | begin other; meet limited 1m; free 1m; content other; free 0s
                    # Quota
                    a request waits for a call in flight once quota without it is enough | a | answered flow 100; pass 1s; begin p with 90; wait 1.4s with 250; free 1.4s with 250; pass 0.6s; outcome 0.4s with 250; free 0s with 250
                    a slow answer reports quota as of one second after its start | a | begin slow; pass 50s; answer slow left 0 1m; free 11s
                    a due probe overrides the token estimate until its answer | a | begin p with 500; fail p limited 1s flow 100; wait 1s with 500; pass 1s; begin q with 500; answer q flow 100; wait 4s with 500
                    the token estimate applies again after a second without refusal of a probe | a | begin p with 500; fail p limited 1s flow 100; pass 1s; begin q with 500; pass 1s; wait 5s with 500
                    a request with a refused key falls back to a key of the formerly full group | a a a | answered; answered; answered requests 2 1m; begin p for r; begin q; unready; fail p refused; begin s for r; slot s 2
                    a request uses an untried key of a refilled group | a a | begin p for r with 500; fail p empty; answered left 0 1m; unready; pass 1m; begin q for r; slot q 2
                    a request does not wait for a group without untried keys | a b | begin p for r with 500; fail p empty; answered left 0 1m; answered left 0 9s; wait 9s with 500; wait 1m for r
                    a request with a tried key waits for the call in flight of another key | a b | begin p for r; fail p empty; answered requests 1 1m; answered; begin q; outcome 1s for r
                    the ready time moves back when another call takes quota | a | begin p with 5000; answer p flow 1000; pass 1s; free 39s with 5000; begin q with 500; free 44s with 5000
                    a request waits for the cooldown of a full group | a a | answered requests 1 1m; answered requests 1 1m; begin p for r; unready; fail p limited 1m; wait 1m for r
                    a request waits for a call that begins long after its decision | a | answered requests 1 1m; pass 0.001s; begin p; pass 10s; unready; start p; outcome 1s
                    # Turns
                    the load of a cooling key spreads over all others | a b c d | meet limited 1m; answers 2 3 4 2 3 4
                    a fallback does not use a turn of first attempts | a b | begin p for r; fail p empty; begin q for r; slot q 2; answers 2 1
                    keys of a full group keep their turns | a a a b | answered requests 1 1m; begin p; answers 4 4; pass 1m; answer p requests 3 1m; begin q; slot q 3; begin q; slot q 1; begin q; slot q 2; begin q; slot q 4
                    an answered probe ends throttling for all keys | a b c | meet limited; meet limited; meet limited; pass 0.5s; begin p; probes p OfProvider; unready; answer p; answers 2 3 1; begin q; probes q
                    """)
    void keys_recover_as_their_calls_end(String what, String groups, String steps) {
        var keys = new TestPool(provider(GROQ, groups.split(" ", -1)));
        for (String step : steps.split("; ", -1)) {
            List<String> words = List.of(step.split(" ", -1));
            take(keys, words.getFirst(), words.size() > 1 ? words.get(1) : "", words, what + ": " + step);
        }
    }

    private void take(TestPool keys, String verb, String first, List<String> words, String step) {
        switch (verb) {
            case "pass" -> keys.pass(duration(first));
            case "begin" -> calls.put(first, keys.attempt(request(keys, words)));
            case "start" -> keys.keyPool.begin(call(first), keys.now);
            case "content" -> keys.answering(call(first));
            case "answer" -> events = keys.answered(call(first), left(words.subList(2, words.size())));
            case "answered" -> keys.answered(keys.attempt(), left(words.subList(1, words.size())));
            case "meet" -> keys.fail(failure(words.subList(1, words.size())));
            case "fail" -> {
                Failure failure = failure(words.subList(2, words.size()));
                events = keys.failed(call(first), failure);
                requests.replaceAll(
                        (_, request) -> request.withFailure(call(first).failed(failure)));
            }
            case "silent" -> assertEquals(List.of(), events, step);
            case "ready" -> assertTrue(keys.isReady(), step);
            case "unready" -> assertFalse(keys.isReady(), step);
            case "wait" -> assertEquals(keys.readyIn(duration(first)), keys.choose(request(keys, words)), step);
            case "outcome" -> assertEquals(keys.outcomeIn(duration(first)), keys.choose(request(keys, words)), step);
            case "free" ->
                assertEquals(
                        keys.now.plus(duration(first)),
                        keys.unavailability(request(keys, words)).readyAt(),
                        step);
            case "answers" ->
                words.stream().skip(1).forEach(slot -> assertEquals("groq/" + slot, keys.answeredBy(), step));
            case "slot" -> assertEquals("groq/" + words.get(2), slot(call(first)), step);
            case "probes" ->
                assertEquals(
                        words.subList(2, words.size()),
                        call(first).probes().stream()
                                .map(scope -> scope.getClass().getSimpleName())
                                .toList(),
                        step);
            default -> fail(step);
        }
    }

    private Step.Attempt call(String name) {
        return requireNonNull(calls.get(name), name);
    }

    private RequestAttempts request(TestPool keys, List<String> words) {
        int with = words.indexOf("with");
        RequestAttempts request = keys.needing(with < 0 ? 0 : Long.parseLong(words.get(with + 1)));
        int name = words.indexOf("for");
        return name < 0 ? request : requests.computeIfAbsent(words.get(name + 1), _ -> request);
    }

    private static Failure failure(List<String> words) {
        Duration pause = words.size() > 1 ? duration(words.get(1)) : null;
        return switch (words.getFirst()) {
            case "limited" ->
                new Failure.RateLimited("limited", pause, left(words.subList(Math.min(2, words.size()), words.size())));
            case "unavailable" -> new Failure.Unavailable("down", pause);
            case "busy" -> new Failure.Overloaded("busy", pause);
            case "timeout" -> new Failure.TimedOut("slow");
            case "refused" -> new Failure.KeyRefused("no");
            case "late" -> new Failure.OutOfTime();
            default -> empty();
        };
    }

    /// `flow`: the bucket refills 100 tokens per second.
    private static RateLimitStatus left(List<String> words) {
        if (words.isEmpty()) {
            return RateLimitStatus.UNKNOWN;
        }
        long left = Long.parseLong(words.get(1));
        return switch (words.getFirst()) {
            case "flow" -> reported(new Bucket("tokens", 8000L, left, Duration.ofMillis((8000 - left) * 10), true));
            case "requests" -> requestsLeft(left, duration(words.get(2)));
            default -> tokensLeft(left, duration(words.get(2)));
        };
    }

    private static Duration duration(String written) {
        return Duration.parse("PT" + written.toUpperCase(Locale.ROOT));
    }

    static List<Arguments> unconfirmed() {
        return List.of(
                arguments(unavailable(), new Scope.OfProvider(GROQ)), arguments(BUSY, new Scope.OfModel(GROQ, BIG)));
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void keys_are_unusable_only_during_the_early_probe_of_an_unconfirmed_outage(Failure failure, Scope scope) {
        pool.fail(limited(A_MINUTE));
        pool.fail(failure);
        assertEquals(2, usableKeys(), "the third is limited");

        Step.Attempt probe = pool.attempt();
        assertEquals(0, usableKeys());
        pool.failed(probe, failure);
        assertEquals(2, usableKeys());

        pool.fail(failure);
        pool.fail(failure);
        assertEquals(0, usableKeys(), "the outage is confirmed");
    }

    @Test
    void key_without_quota_cannot_answer_in_an_unconfirmed_outage() {
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.pass(A_MINUTE);
        Step.Attempt failing = one.attempt();
        one.answered(one.attempt(), spentFor(A_MINUTE));
        one.failed(failing, unavailable());

        assertFalse(one.status().providers().getFirst().canAnswer());
    }

    @Test
    void provider_with_a_ready_key_is_next_before_one_in_an_unconfirmed_outage() {
        var two = new TestPool(provider(GROQ, "a"), provider(CEREBRAS, "b"));
        two.fail(anyModel(), unavailable());
        two.answeredBy(anyModel());

        assertEquals(CEREBRAS, two.status().current());
        two.fail(anyModel(), limited(A_MINUTE));
        assertEquals(GROQ, two.status().current());
    }

    @ParameterizedTest
    @MethodSource("unconfirmed")
    void failed_early_probe_reports_the_longer_outage(Failure failure, Scope scope) {
        Step.Attempt other = pool.attempt();
        pool.fail(failure);
        pool.pass(Duration.ofMillis(1));

        assertEquals(List.of(), pool.failed(other, failure), "prolonged, but by no probe");

        Step.Attempt probe = pool.attempt();
        PoolEvent event = pool.failed(probe, failure).getFirst();
        Instant until = pool.readyAt();
        assertEquals(new PoolEvent.CooldownStarted(scope, until, probe.failed(failure)), event);
    }

    private int usableKeys() {
        return pool.status().providers().getFirst().usableKeys();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void rejection_or_rate_limit_ends_an_outage(boolean rejected) {
        two.fail(unavailable());
        two.pass(A_SECOND);

        List<PoolEvent> events = two.fail(rejected ? new Failure.Rejected(NO) : limited(A_MINUTE));

        assertEquals(new PoolEvent.Recovered(new Scope.OfProvider(GROQ)), events.getFirst());
        Step.Attempt next = two.attempt();
        assertTrue(next.probes().isEmpty());
        assertEquals("groq/1", slot(next));
    }
}
