package io.keywheel.domain.rotation;

import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelection;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.RequestTerms;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Unavailability;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.status.PoolStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A key pool with a clock that a test moves.
public final class TestPool {

    public static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    public static final ModelId BIG = new ModelId("big");
    static final ModelId SMALL = new ModelId("small");
    public static final Duration A_MINUTE = Duration.ofMinutes(1);
    public static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);
    public static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private static final double NO_SPREAD = 0.5;

    public KeyPool keyPool;
    public Instant now = START;

    public TestPool(ProviderProfile... providers) {
        keyPool = new KeyPool(List.of(providers), Set.of(), false);
    }

    /// A provider with one key for each given quota group.
    public static ProviderProfile provider(ProviderId id, String... groups) {
        var keys = new ArrayList<PoolKey>();
        for (String group : groups) {
            keys.add(new PoolKey(new KeySlot(id, keys.size() + 1), new QuotaGroup(id, group), "0000000" + keys.size()));
        }
        return new ProviderProfile(id, BIG, keys);
    }

    /// A provider whose keys are named by their fingerprints, as `a` or, with a quota group, `a@team`.
    static ProviderProfile keys(ProviderId id, String... named) {
        return keys(id, BIG, named);
    }

    static ProviderProfile keys(ProviderId id, ModelId defaultModel, String... named) {
        var keys = new ArrayList<PoolKey>();
        for (String name : named) {
            String key = name.split("@", -1)[0];
            String group = name.equals(key) ? "#" + key : name.split("@", -1)[1];
            keys.add(new PoolKey(new KeySlot(id, keys.size() + 1), new QuotaGroup(id, group), key));
        }
        return new ProviderProfile(id, defaultModel, keys);
    }

    void reload(ProviderProfile... providers) {
        keyPool = keyPool.next(List.of(providers), Set.of(), Set.of(), now);
    }

    /// Reloads with `named` as the configured targets.
    void reload(Set<RouteTarget> named, ProviderProfile... providers) {
        keyPool = keyPool.next(List.of(providers), named, Set.of(), now);
    }

    /// Reloads with `renewed` as a different provider of the same name.
    void reload(ProviderId renewed, ProviderProfile... providers) {
        keyPool = keyPool.next(List.of(providers), Set.of(), Set.of(renewed), now);
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

    static String key(Step.Attempt attempt) {
        return attempt.target().key().fingerprint();
    }

    static Route anyModel() {
        return Route.AUTO;
    }

    public static Route groqs(ModelId model) {
        return Route.to(GROQ, model);
    }

    public RequestAttempts request(Route route) {
        return RequestAttempts.begin(route, terms(), TokenEstimate.of(0));
    }

    /// A request for Groq's big model with `tokens` estimated tokens.
    RequestAttempts needing(long tokens) {
        return RequestAttempts.begin(groqs(BIG), terms(), TokenEstimate.of(tokens));
    }

    public RequestTerms terms() {
        return new RequestTerms(true, 0, now, now.plusSeconds(120));
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public KeySelection choose(RequestAttempts requestAttempts) {
        return keyPool.choose(requestAttempts, now);
    }

    Unavailability unavailability(Route route) {
        return unavailability(request(route));
    }

    Unavailability unavailability(RequestAttempts requestAttempts) {
        return keyPool.unavailability(requestAttempts, now);
    }

    /// When the first key of `route` is ready.
    Instant readyAt(Route route) {
        return unavailability(route).readyAt();
    }

    /// A new request's first attempt.
    public Step.Attempt attempt(Route route) {
        return attempt(request(route));
    }

    Step.Attempt attempt(RequestAttempts requestAttempts) {
        return switch (choose(requestAttempts)) {
            case Step.Attempt attempt -> attempt;
            case KeySelection.NoneReady none -> throw new AssertionError("no key is ready: " + none);
        };
    }

    /// Lets a new request be answered; returns the slot of its key.
    String answeredBy(Route route) {
        Step.Attempt attempt = attempt(route);
        answered(attempt);
        return slot(attempt);
    }

    /// The slots of the keys that answer `requests` sequential requests.
    List<String> answers(Route route, int requests) {
        return Stream.generate(() -> answeredBy(route)).limit(requests).toList();
    }

    /// As [#answers], by the keys' fingerprints.
    List<String> keysFor(Route route, int requests) {
        return Stream.generate(() -> keyFor(route)).limit(requests).toList();
    }

    /// Whether a new request gets a key now.
    boolean isReady(Route route) {
        return choose(request(route)) instanceof Step.Attempt;
    }

    /// Lets the attempt of a new request fail.
    public List<PoolEvent> fail(Route route, Failure failure) {
        return failed(attempt(route), failure);
    }

    List<PoolEvent> answered(Step.Attempt attempt, RateLimitStatus rateLimitStatus) {
        return keyPool.answered(attempt, rateLimitStatus, attempt.estimatedTokens(), now);
    }

    /// The status of the keys of the first provider.
    List<PoolStatus.KeyStatus> shown() {
        return keyPool.status(now, Duration.ZERO).providers().getFirst().keys();
    }

    public List<PoolEvent> answered(Step.Attempt attempt) {
        return answered(attempt, RateLimitStatus.UNKNOWN);
    }

    public List<PoolEvent> failed(Step.Attempt attempt, Failure failure) {
        return keyPool.failed(attempt, failure, 0, now, NO_SPREAD);
    }

    /// Fails one more attempt of the request.
    RequestAttempts failing(RequestAttempts requestAttempts, Failure failure) {
        Step.Attempt attempt = attempt(requestAttempts);
        failed(attempt, failure);
        return requestAttempts.failedAt(attempt.failed(failure));
    }

    static String slot(Step.Attempt attempt) {
        return attempt.target().key().slot().toString();
    }

    static List<String> slots(RequestAttempts requestAttempts) {
        return requestAttempts.failed().stream()
                .map(FailedAttempt::target)
                .map(target -> target.key().slot().toString())
                .toList();
    }

    public static Failure limited(@Nullable Duration retryAfter) {
        return new Failure.RateLimited("too many requests", retryAfter, RateLimitStatus.UNKNOWN);
    }

    public static Failure limitedOf(String organisation, @Nullable Duration retryAfter) {
        return new Failure.RateLimited("too many requests", retryAfter, RateLimitStatus.UNKNOWN, organisation, true, 0);
    }

    static Failure unavailable() {
        return new Failure.Unavailable("connection refused", null);
    }

    static Failure empty() {
        return new Failure.EmptyReply("no text");
    }
}
