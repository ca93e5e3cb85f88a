package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Plays a row of steps at a key pool. Its keys stand before `&`, and those of Cerebras behind it: `a`, or `a@team` in
/// a quota group. A step is for Groq's big model, unless it has the word `small`, or `any` for any provider. It may
/// have the tokens of its call, as `500t`, and the conversation `ours` or `other`.
///
/// - `next a b`: the next requests are answered by these keys
/// - `limit 1m`, `down`, `busy 2s`, `refused`, …: the next request fails so; `limit 1m of org` names its organisation
/// - `left 0 requests 1m`: the next request is answered with none left for a minute
/// - `begin 1`: request 1 gets a key, after which may follow `with a`, and `as probe` or `as no-probe`
/// - `content 1`, `answer 1`, `answer 1 left 0 requests 1m`, `fail 1 limit 1m`, `withdraw 1`: its attempt goes on so
/// - `open 1` and `closed 1`: whether its attempt may still begin
/// - `ready`: the next request gets a key; `none`: it gets none; `none 1`: nor does request 1
/// - `none in 1m`: the first key is ready in a minute; `outcome in 1m`: the outcome of a call matters before;
///   `back in 1m`: a request that gives up may return in a minute
/// - `pass 1m`; `reload b a`; `replace a`: a reload makes Groq another provider
/// - `usable 2`: so many keys of Groq are shown as usable; `current groq`: the provider of the next request is shown
/// - `holds 500`: the tokens left are 500 or up to 150 more
/// - `quietly`: the step reports no event; `cools`, `throttles` or `recovers`: its last event is such a one
final class PoolSteps extends PoolFixture {

    private static final Set<String> EVENTS = Set.of("quietly", "cools", "throttles", "recovers");

    private final TestPool pool;
    private final Map<String, RequestAttempts> requests = new HashMap<>();
    private final Map<String, Step.Attempt> attempts = new HashMap<>();

    private PoolSteps(String keys) {
        pool = new TestPool(providers(keys));
    }

    static void play(String what, String keys, String steps) {
        var played = new PoolSteps(keys);
        for (String step : steps.split("; ", -1)) {
            played.take(new ArrayList<>(List.of(step.split(" ", -1))), what + ": " + step);
        }
    }

    private static ProviderProfile[] providers(String keys) {
        String[] both = keys.split(" & ", -1);
        ProviderProfile groq = keys(GROQ, both[0].split(" ", -1));
        return both.length == 1
                ? new ProviderProfile[] {groq}
                : new ProviderProfile[] {groq, keys(CEREBRAS, both[1].split(" ", -1))};
    }

    private void take(List<String> words, String step) {
        String event = EVENTS.contains(words.getLast()) ? words.removeLast() : "";
        Route route = words.remove("any") ? anyModel() : groqs(words.remove("small") ? SMALL : BIG);
        RequestAttempts fresh = RequestAttempts.begin(route, pool.terms(), TokenEstimate.of(tokens(words)))
                .inConversation(words.remove("ours") ? 1 : words.remove("other") ? 2 : 0);
        String action = words.removeFirst();
        String name = words.isEmpty() ? "" : words.getFirst();
        RequestAttempts request = requests.getOrDefault(name, fresh);
        List<PoolEvent> events = List.of();
        switch (action) {
            case "pass" -> pool.pass(duration(name));
            case "reload" -> pool.reload(providers(String.join(" ", words)));
            case "replace" -> pool.reload(GROQ, providers(String.join(" ", words)));
            case "next" -> words.forEach(key -> assertEquals(key, answered(fresh), step));
            case "left" -> {
                words.addFirst(action);
                events = pool.answered(pool.attempt(fresh), left(words));
            }
            case "ready" -> assertInstanceOf(Step.Attempt.class, pool.choose(request), step);
            case "none" -> assertNone(pool.choose(request), words, step);
            case "outcome" -> assertEquals(pool.outcomeIn(in(words)), pool.choose(request), step);
            case "back" ->
                assertEquals(
                        pool.now.plus(in(words)), pool.unavailability(request).readyAt(), step);
            case "usable" ->
                assertEquals(
                        Integer.parseInt(name),
                        pool.status().providers().getFirst().usableKeys(),
                        step);
            case "current" -> assertEquals(new ProviderId(name), pool.status().current(), step);
            case "holds" -> assertHolds(Long.parseLong(name), step);
            case "begin" -> begin(name, request, words.subList(1, words.size()), step);
            case "content" -> events = pool.answering(attempt(name));
            case "answer" -> events = pool.answered(attempt(name), left(words.subList(1, words.size())));
            case "fail" -> events = fail(name, failure(words.subList(1, words.size())));
            case "withdraw" -> pool.withdraw(attempt(name), request);
            case "open" -> assertTrue(pool.isOpen(attempt(name), request), step);
            case "closed" -> assertFalse(pool.isOpen(attempt(name), request), step);
            default -> {
                words.addFirst(action);
                events = pool.failed(pool.attempt(fresh), failure(words));
            }
        }
        assertEvent(event, events, step);
    }

    private static void assertEvent(String expected, List<PoolEvent> events, String step) {
        switch (expected) {
            case "quietly" -> assertEquals(List.of(), events, step);
            case "cools" -> assertInstanceOf(PoolEvent.CooldownStarted.class, events.getLast(), step);
            case "throttles" -> assertInstanceOf(PoolEvent.Throttled.class, events.getLast(), step);
            case "recovers" -> assertInstanceOf(PoolEvent.Recovered.class, events.getLast(), step);
            default -> {}
        }
    }

    /// Lets the request be answered, and its conversation prefer the group for 5 minutes; returns the key.
    private String answered(RequestAttempts request) {
        Step.Attempt attempt = pool.attempt(request);
        pool.answered(attempt);
        pool.keyPool.preferGroup(request.conversation(), attempt, pool.now.plusSeconds(300));
        return key(attempt);
    }

    private void assertHolds(long tokens, String step) {
        assertEquals(pool.now, pool.unavailability(pool.needing(tokens)).readyAt(), step);
        assertNotEquals(
                pool.now, pool.unavailability(pool.needing(tokens + 150)).readyAt(), step);
    }

    private void begin(String name, RequestAttempts request, List<String> expected, String step) {
        Step.Attempt attempt = assertInstanceOf(Step.Attempt.class, pool.choose(request), step);
        requests.put(name, request);
        attempts.put(name, attempt);
        for (int i = 0; i < expected.size(); i += 2) {
            String value = expected.get(i + 1);
            assertEquals(value, expected.get(i).equals("with") ? key(attempt) : probe(attempt), step);
        }
    }

    private static String probe(Step.Attempt attempt) {
        return attempt.probes().isEmpty() ? "no-probe" : "probe";
    }

    private List<PoolEvent> fail(String name, Failure failure) {
        Step.Attempt attempt = attempt(name);
        requests.computeIfPresent(name, (_, request) -> request.withFailure(attempt.failed(failure)));
        return pool.failed(attempt, failure);
    }

    private Step.Attempt attempt(String name) {
        return requireNonNull(attempts.get(name), name);
    }

    private void assertNone(KeySelector.Selection selection, List<String> words, String step) {
        assertInstanceOf(KeySelector.NoneReady.class, selection, step);
        if (words.size() > 1) {
            assertEquals(pool.readyIn(in(words)), selection, step);
        }
    }

    private static Duration in(List<String> words) {
        assertEquals("in", words.get(words.size() - 2));
        return duration(words.getLast());
    }

    static long tokens(List<String> words) {
        for (String word : words) {
            if (word.matches("\\d+t")) {
                words.remove(word);
                return Long.parseLong(word.substring(0, word.length() - 1));
            }
        }
        return 0;
    }

    /// @param words as `left 0 requests 1m`, or for a bucket that refills continuously `left 100 refilling 79s`
    private static RateLimitStatus left(List<String> words) {
        if (words.isEmpty()) {
            return RateLimitStatus.UNKNOWN;
        }
        assertEquals("left", words.getFirst());
        long left = Long.parseLong(words.get(1));
        Duration reset = duration(words.get(3));
        return switch (words.get(2)) {
            case "requests" -> requestsLeft(left, reset);
            case "tokens" -> tokensLeft(left, reset);
            case "refilling" -> reported(new Bucket("tokens", 8000L, left, reset, true));
            default -> throw new AssertionError(words);
        };
    }

    /// @param words as `limit`, `limit 1m`, `limit 1m of org`, or `limit 1m left 0 requests 1m`
    static Failure failure(List<String> words) {
        boolean hasPause = words.size() > 1 && words.get(1).matches("\\d.*");
        Duration pause = hasPause ? duration(words.get(1)) : null;
        List<String> more = words.subList(hasPause ? 2 : 1, words.size());
        return switch (words.getFirst()) {
            case "limit" ->
                more.contains("of")
                        ? limitedOf(words.getLast(), pause)
                        : new Failure.RateLimited("too many", pause, left(more));
            case "network" -> new Failure.RateLimited("1015", pause, RateLimitStatus.UNKNOWN, null, false, 0);
            case "down" -> new Failure.Unavailable("down", pause);
            case "busy" -> new Failure.Overloaded("busy", pause);
            case "slow" -> new Failure.TimedOut("slow");
            case "refused" -> new Failure.KeyRefused("no");
            case "blocked" -> new Failure.AccountBlocked("unpaid");
            case "gone" -> new Failure.ModelUnavailable(NO);
            case "rejected" -> new Failure.Rejected(NO);
            case "unsupported" -> new Failure.Unsupported(NO);
            case "unsent" -> new Failure.Unsupported(NO, false);
            case "empty" -> empty();
            case "cancelled" -> new Failure.Cancelled();
            case "late" -> new Failure.OutOfTime();
            default -> throw new AssertionError(words);
        };
    }

    static Duration duration(String written) {
        return Duration.parse("PT" + written.toUpperCase(Locale.ROOT));
    }
}
