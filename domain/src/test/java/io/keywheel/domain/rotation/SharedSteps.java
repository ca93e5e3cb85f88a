package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.rotation.SharedPools.Call;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Plays a row of steps at gateways with the same keys. A step at one of them begins with its number. Routes, tokens,
/// failures and times are written as for [PoolSteps].
///
/// - `know 20 1m`: all gateways have called, and know of 20 requests left for a minute; `sync`: they read all facts
/// - `1 decide a`: gateway 1 decides on call a; `claim a won` or `claim a lost`: the claim for it is read by all
/// - `1 make a`: decides on call a, and claims it if necessary
/// - `answer a`, `answer a left 5 1m`, `fail a limit 1m`, `withdraw a`: call a ends so
/// - `1 limit 1m`: a request at gateway 1 fails so; `1 next a b`: requests are answered by these keys
/// - `1 ready`, `1 none`, `1 probe`, `1 no-probe`: what the next request gets there; `1 room 20`: so many get a key
/// - `1 claims yes` or `no`: whether a call needs a claim; `1 silent`: it has published no fact
/// - `1 hold begun`: its facts are read by no other gateway before `1 tell begun`
/// - `1 learn a works`: it reads of an answer with key a now; `1 repeat`: it publishes again what still holds
/// - `1 reload b`, `pass 1m`
final class SharedSteps extends PoolFixture {

    private final SharedPools pools;
    private final Map<String, Call> calls = new HashMap<>();
    private final Map<String, List<Fact>> held = new HashMap<>();

    SharedSteps(SharedPools pools) {
        this.pools = pools;
    }

    void play(String what, String steps) {
        for (String step : steps.split("; ", -1)) {
            var words = new ArrayList<>(List.of(step.split(" ", -1)));
            if (words.getFirst().matches("\\d")) {
                TestPool gateway = pools.gateways.get(Integer.parseInt(words.removeFirst()) - 1);
                take(gateway, words, what + ": " + step);
            } else {
                take(words, what + ": " + step);
            }
        }
    }

    private void take(List<String> words, String step) {
        String name = words.getLast();
        switch (words.getFirst()) {
            case "know" -> knowing(left(words));
            case "sync" -> pools.sync();
            case "pass" -> pools.pass(PoolSteps.duration(name));
            case "claim" -> assertEquals(name, pools.claimed(call(words.get(1))) ? "won" : "lost", step);
            case "answer" -> {
                assertEquals(words.size() > 2, words.contains("left"), step);
                pools.answered(call(words.get(1)), words.size() > 2 ? left(words) : RateLimitStatus.UNKNOWN);
            }
            case "fail" -> pools.failed(call(words.get(1)), PoolSteps.failure(words.subList(2, words.size())));
            case "withdraw" -> pools.withdrawn(call(name));
            default -> throw new AssertionError(step);
        }
    }

    private void take(TestPool gateway, List<String> words, String step) {
        var route = groqs(words.remove("small") ? SMALL : BIG);
        var request = RequestAttempts.begin(route, gateway.terms(), TokenEstimate.of(PoolSteps.tokens(words)));
        String name = words.getLast();
        switch (words.getFirst()) {
            case "decide" -> calls.put(name, pools.decided(gateway, request));
            case "make" -> calls.put(name, pools.made(gateway, request));
            case "next" ->
                words.subList(1, words.size()).forEach(key -> assertEquals(key, gateway.keyFor(route), step));
            case "ready", "none" -> assertEquals(name.equals("ready"), gateway.isReady(route), step);
            case "probe", "no-probe" ->
                assertEquals(
                        name.equals("probe"), !gateway.attempt(route).probes().isEmpty(), step);
            case "room" -> assertEquals(Integer.parseInt(name), room(gateway), step);
            case "claims" -> {
                var call = requireNonNull(pools.decided(gateway, request).published());
                assertEquals(name, call.claimed() ? "yes" : "no", step);
            }
            case "silent" -> assertEquals(List.of(), pools.published(gateway), step);
            case "hold" -> held.put(name, pools.published(gateway));
            case "tell" -> pools.learn(gateway, requireNonNull(held.get(name)));
            case "repeat" -> gateway.keyPool.repeat(gateway.now);
            case "learn" -> {
                assertEquals("works", name, step);
                gateway.learn(new Fact.Answered(
                        callTarget(words.get(1), BIG), EnumSet.of(Scope.Kind.GROUP_MODEL), gateway.now));
            }
            case "reload" ->
                gateway.reload(keys(GROQ, words.subList(1, words.size()).toArray(String[]::new)));
            default -> gateway.fail(route, PoolSteps.failure(words));
        }
    }

    /// Passes the remaining quota and a first call of each gateway to all gateways.
    void knowing(RateLimitStatus left) {
        for (TestPool gateway : pools.gateways) {
            pools.answered(pools.decided(gateway, gateway.request()), left);
            gateway.now = gateway.now.plusSeconds(1);
        }
        pools.gateways.forEach(gateway -> gateway.now = pools.now().plusSeconds(2));
        pools.sync();
    }

    static int room(TestPool gateway) {
        int calls = 0;
        while (calls < 1_000 && gateway.choose() instanceof Step.Attempt) {
            calls++;
        }
        return calls;
    }

    private Call call(String name) {
        return requireNonNull(calls.get(name), name);
    }

    /// @param words that end in a number of requests and the time until they are reset
    private static RateLimitStatus left(List<String> words) {
        long left = Long.parseLong(words.get(words.size() - 2));
        return reported(
                new RateLimitStatus.Bucket("requests-minute", 100_000L, left, PoolSteps.duration(words.getLast())));
    }
}
