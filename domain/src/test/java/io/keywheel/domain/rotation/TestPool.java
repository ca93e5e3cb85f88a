package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.PoolFixture.BIG;
import static io.keywheel.domain.rotation.PoolFixture.START;
import static io.keywheel.domain.rotation.PoolFixture.groqs;
import static io.keywheel.domain.rotation.PoolFixture.key;
import static io.keywheel.domain.rotation.PoolFixture.slot;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.Failover;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.VirtualModels;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A key pool with a clock that a test moves. A request without a route is for Groq's big model.
public final class TestPool {

    private static final double NO_SPREAD = 0.5;

    private static final Route BIG_AT_GROQ = groqs(BIG);

    public KeyPool keyPool;
    public Instant now = START;

    public TestPool(ProviderProfile... providers) {
        keyPool = new KeyPool(List.of(providers), VirtualModels.NONE, false);
    }

    void reload(ProviderProfile... providers) {
        keyPool = keyPool.next(List.of(providers), VirtualModels.NONE, Set.of(), now);
    }

    void reload(String name, Route route, ProviderProfile... providers) {
        var definitions = new LinkedHashMap<>(Map.of(name, new VirtualModels.Definition(route, List.of())));
        keyPool = keyPool.next(List.of(providers), new VirtualModels(definitions), Set.of(), now);
    }

    /// Reloads with `replaced` as a different provider of the same name.
    void reload(ProviderId replaced, ProviderProfile... providers) {
        keyPool = keyPool.next(List.of(providers), VirtualModels.NONE, Set.of(replaced), now);
    }

    /// What [#choose] returns if the first key is ready after `time`.
    public KeySelector.Selection readyIn(Duration time) {
        return new KeySelector.NoneReady(now.plus(time), null);
    }

    /// What [#choose] returns if a call whose outcome matters ends after `time`.
    public KeySelector.Selection outcomeIn(Duration time) {
        return new KeySelector.NoneReady(null, now.plus(time));
    }

    void learn(Fact... facts) {
        keyPool.learn(List.of(facts), now);
    }

    /// Lets a new request be answered; returns the fingerprint of its key.
    String keyFor(Route route) {
        Step.Attempt attempt = attempt(route);
        answered(attempt);
        return key(attempt);
    }

    public RequestAttempts request(Route route) {
        return RequestAttempts.begin(route, terms(), TokenEstimate.of(0));
    }

    public RequestAttempts request() {
        return request(BIG_AT_GROQ);
    }

    RequestAttempts needing(long tokens) {
        return RequestAttempts.begin(BIG_AT_GROQ, terms(), TokenEstimate.of(tokens));
    }

    public RequestTerms terms() {
        return new RequestTerms(true, 0, now, now.plusSeconds(120));
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public KeySelector.Selection choose(RequestAttempts requestAttempts) {
        return keyPool.choose(requestAttempts, now);
    }

    public KeySelector.Selection choose(Route route) {
        return choose(request(route));
    }

    public KeySelector.Selection choose() {
        return choose(request());
    }

    Step next(RequestAttempts requestAttempts) {
        return Failover.next(requestAttempts, keyPool, now);
    }

    boolean isOpen(Step.Attempt decided, RequestAttempts requestAttempts) {
        return keyPool.isOpen(decided, requestAttempts, now);
    }

    public void withdraw(Step.Attempt decided, RequestAttempts requestAttempts) {
        keyPool.withdraw(decided, requestAttempts, now);
    }

    Unavailability unavailability(Route route) {
        return unavailability(request(route));
    }

    Unavailability unavailability() {
        return unavailability(request());
    }

    Unavailability unavailability(RequestAttempts requestAttempts) {
        return keyPool.unavailability(requestAttempts, now);
    }

    Instant readyAt(Route route) {
        return unavailability(route).readyAt();
    }

    Instant readyAt() {
        return readyAt(BIG_AT_GROQ);
    }

    /// A new request's first attempt.
    public Step.Attempt attempt(Route route) {
        return attempt(request(route));
    }

    public Step.Attempt attempt() {
        return attempt(request());
    }

    Step.Attempt attempt(RequestAttempts requestAttempts) {
        return switch (choose(requestAttempts)) {
            case Step.Attempt attempt -> attempt;
            case KeySelector.NoneReady none -> throw new AssertionError("no key is ready: " + none);
        };
    }

    /// The first attempts of so many requests for Groq's big model.
    List<Step.Attempt> attempts(int requests) {
        return Stream.generate(this::attempt).limit(requests).toList();
    }

    /// Lets a new request be answered; returns the slot of its key.
    String answeredBy(Route route) {
        Step.Attempt attempt = attempt(route);
        answered(attempt);
        return slot(attempt);
    }

    String answeredBy() {
        return answeredBy(BIG_AT_GROQ);
    }

    /// The slots of the keys that answer `requests` sequential requests.
    List<String> answers(Route route, int requests) {
        return Stream.generate(() -> answeredBy(route)).limit(requests).toList();
    }

    List<String> answers(int requests) {
        return answers(BIG_AT_GROQ, requests);
    }

    /// As [#answers], by the keys' fingerprints.
    List<String> keysFor(Route route, int requests) {
        return Stream.generate(() -> keyFor(route)).limit(requests).toList();
    }

    List<String> keysFor(int requests) {
        return keysFor(BIG_AT_GROQ, requests);
    }

    /// Whether a new request gets a key now.
    public boolean isReady(Route route) {
        return choose(route) instanceof Step.Attempt;
    }

    public boolean isReady() {
        return isReady(BIG_AT_GROQ);
    }

    /// Lets the attempt of a new request fail.
    public List<PoolEvent> fail(Route route, Failure failure) {
        return failed(attempt(route), failure);
    }

    public List<PoolEvent> fail(Failure failure) {
        return fail(BIG_AT_GROQ, failure);
    }

    List<PoolEvent> answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus) {
        return keyPool.answered(attempt, null, rateLimitStatus, attempt.estimatedTokens(), now);
    }

    PoolStatus status() {
        return keyPool.status(now, Duration.ZERO, true);
    }

    List<PoolStatus.KeyStatus> shown() {
        return status().providers().getFirst().keys();
    }

    public List<PoolEvent> answering(Step.Attempt attempt) {
        return keyPool.answering(attempt, now);
    }

    public List<PoolEvent> answered(Step.Attempt attempt) {
        return answered(attempt, RateLimitStatus.UNKNOWN);
    }

    public List<PoolEvent> failed(Step.Attempt attempt, Failure failure) {
        return keyPool.failed(attempt, null, failure, 0, now, NO_SPREAD);
    }

    /// Fails one more attempt of the request.
    RequestAttempts failing(RequestAttempts requestAttempts, Failure failure) {
        Step.Attempt attempt = attempt(requestAttempts);
        failed(attempt, failure);
        return requestAttempts.withFailure(attempt.failed(failure));
    }
}
