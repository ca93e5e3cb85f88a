package io.keywheel.domain.rotation;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Key pools of several gateways with one clock. A test passes published facts to the other pools explicitly.
final class SharedPools {

    private static final Duration LEASE = Duration.ofSeconds(20);

    /// A call that a gateway decided on.
    record Call(TestPool gateway, RequestAttempts request, Step.Attempt attempt, Fact.@Nullable Called published) {}

    final List<TestPool> gateways = new ArrayList<>();

    SharedPools(int gateways, ProviderProfile... providers) {
        for (int i = 0; i < gateways; i++) {
            add(providers);
        }
    }

    TestPool add(ProviderProfile... providers) {
        var gateway = new TestPool(providers);
        gateway.keyPool = new KeyPool(List.of(providers), VirtualModels.NONE, true);
        gateway.now = gateways.isEmpty() ? PoolFixture.START : gateways.getFirst().now;
        gateways.add(gateway);
        return gateway;
    }

    TestPool first() {
        return gateways.getFirst();
    }

    TestPool second() {
        return gateways.get(1);
    }

    Instant now() {
        return first().now;
    }

    void pass(Duration time) {
        gateways.forEach(gateway -> gateway.pass(time));
    }

    /// The facts that `gateway` published since the last call, as other gateways read them.
    List<Fact> published(TestPool gateway) {
        return gateway.keyPool.unpublished().stream()
                .map(fact -> asSeenByOthers(gateway, fact))
                .toList();
    }

    Fact asSeenByOthers(TestPool gateway, Fact fact) {
        return fact.by("gateway-" + gateways.indexOf(gateway));
    }

    void sync() {
        gateways.forEach(gateway -> learn(gateway, published(gateway)));
    }

    void learn(TestPool from, List<Fact> facts) {
        gateways.stream().filter(gateway -> gateway != from).forEach(other -> other.keyPool.learn(facts, other.now));
    }

    /// A new request's first attempt, before any claim is decided.
    Call decided(TestPool gateway, RequestAttempts request) {
        Step.Attempt attempt = gateway.attempt(request);
        return new Call(gateway, request, attempt, gateway.keyPool.called(attempt, LEASE, gateway.now));
    }

    /// Appends the claim to the log, which all gateways read. Returns whether the claim won.
    boolean claimed(Call call) {
        Fact.Called claim = call.published();
        if (claim == null || !claim.claimed()) {
            throw new AssertionError("is not to be claimed: " + call);
        }
        call.gateway().keyPool.learn(List.of(claim), call.gateway().now);
        learn(call.gateway(), List.of(asSeenByOthers(call.gateway(), claim)));
        return decided(call) != null;
    }

    /// Decides the claim; null if it lost.
    Step.@Nullable Attempt decided(Call call) {
        return call.gateway()
                .keyPool
                .beginIfOpen(requireNonNull(call.published()), call.attempt(), call.request(), call.gateway().now);
    }

    /// A call without competing claims.
    Call made(TestPool gateway, RequestAttempts request) {
        Call call = decided(gateway, request);
        if (call.published() != null && call.published().claimed() && !claimed(call)) {
            throw new AssertionError("another gateway was first: " + call);
        }
        return call;
    }

    void answered(Call call, RateLimitStatus left) {
        Step.Attempt attempt = call.attempt();
        call.gateway().keyPool.answered(attempt, call.published(), left, attempt.estimatedTokens(), call.gateway().now);
    }

    void failed(Call call, Failure failure) {
        Step.Attempt attempt = call.attempt();
        call.gateway()
                .keyPool
                .failed(attempt, call.published(), failure, attempt.estimatedTokens(), call.gateway().now, 0.5);
    }

    void withdrawn(Call call) {
        call.gateway()
                .keyPool
                .withdrawClaimed(requireNonNull(call.published()), call.attempt(), call.request(), call.gateway().now);
    }
}
