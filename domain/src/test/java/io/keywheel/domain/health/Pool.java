package io.keywheel.domain.health;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Journey;
import io.keywheel.domain.failover.Refusal;
import io.keywheel.domain.failover.Shortage;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.Terms;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A wheel with a clock of its own, spoken to in the words of its tests.
final class Pool {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ProviderId CEREBRAS = new ProviderId("cerebras");
    static final ModelId BIG = new ModelId("big");
    static final ModelId SMALL = new ModelId("small");
    static final Duration A_MINUTE = Duration.ofMinutes(1);
    static final Refusal NO = new Refusal(400, "no", null, null, null);
    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private static final double NO_SPREAD = 0.5;

    Wheel wheel;
    Instant now = START;

    Pool(ProviderProfile... providers) {
        wheel = new Wheel(List.of(providers));
    }

    /// A provider whose keys are of the given quota groups, one key each time a group is named.
    static ProviderProfile provider(ProviderId id, String... groups) {
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

    /// From now on there are these.
    void becomes(ProviderProfile... providers) {
        wheel = wheel.next(List.of(providers), Set.of(), now);
    }

    /// As [#becomes], `renewed` being another provider by its old name.
    void becomes(ProviderId renewed, ProviderProfile... providers) {
        wheel = wheel.next(List.of(providers), Set.of(renewed), now);
    }

    /// The key that a new request gets and is answered by.
    String keyFor(Route route) {
        Step.Attempt attempt = attempt(route);
        answered(attempt);
        return key(attempt);
    }

    static String key(Step.Attempt attempt) {
        return attempt.target().key().fingerprint();
    }

    static Route anyModel() {
        return new Route.DefaultModels(null);
    }

    static Route groqs(ModelId model) {
        return new Route.NamedModel(GROQ, model);
    }

    Journey journey(Route route) {
        return Journey.begin(route, terms());
    }

    Terms terms() {
        return new Terms(true, 0, now, now.plusSeconds(120));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Choice choose(Journey journey) {
        return wheel.choose(journey, now);
    }

    Shortage shortage(Route route) {
        return wheel.shortage(journey(route), now);
    }

    /// When the first key of `route` may be asked.
    Instant readyAt(Route route) {
        return shortage(route).readyAt();
    }

    /// A new request's first attempt.
    Step.Attempt attempt(Route route) {
        return attempt(journey(route));
    }

    Step.Attempt attempt(Journey journey) {
        return switch (choose(journey)) {
            case Choice.Chosen(var target, var trials) ->
                new Step.Attempt(target, trials, now, journey.need(), wheel.generation());
            case Choice.NoneReady none -> throw new AssertionError("no key is ready: " + none);
        };
    }

    /// The place of the key that a new request gets and is answered by.
    String answeredBy(Route route) {
        Step.Attempt attempt = attempt(route);
        answered(attempt);
        return place(attempt);
    }

    List<Change> answered(Step.Attempt attempt) {
        return wheel.answered(attempt, Allowance.UNKNOWN, now);
    }

    List<Change> failed(Step.Attempt attempt, Failure failure) {
        return wheel.failed(attempt, failure, now, NO_SPREAD);
    }

    /// The journey with one more attempt, which failed.
    Journey failing(Journey journey, Failure failure) {
        Step.Attempt attempt = attempt(journey);
        failed(attempt, failure);
        return journey.failedAt(attempt.failed(failure));
    }

    static String place(Step.Attempt attempt) {
        return attempt.target().key().slot().toString();
    }

    static List<String> places(Journey journey) {
        return journey.failed().stream()
                .map(FailedAttempt::target)
                .map(target -> target.key().slot().toString())
                .toList();
    }

    static Failure limited(@Nullable Duration retryAfter) {
        return new Failure.RateLimited("too many requests", retryAfter, Allowance.UNKNOWN);
    }

    static Failure limitedOf(String organisation, @Nullable Duration retryAfter) {
        return new Failure.RateLimited("too many requests", retryAfter, Allowance.UNKNOWN, organisation, true, 0);
    }

    static Failure unavailable() {
        return new Failure.Unavailable("connection refused", null);
    }

    static Failure empty() {
        return new Failure.EmptyReply("no text");
    }
}
