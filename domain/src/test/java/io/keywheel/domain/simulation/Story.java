package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What happened, line by line, for whoever has to understand a failure.
final class Story {

    private final @Nullable List<String> lines;

    private Story(@Nullable List<String> lines) {
        this.lines = lines;
    }

    static Story told() {
        return new Story(new ArrayList<>());
    }

    /// One that nobody will read, and that costs nothing.
    static Story untold() {
        return new Story(null);
    }

    List<String> lines() {
        return lines == null ? List.of() : lines;
    }

    void begins(Scenario scenario) {
        if (lines != null) {
            scenario.pool().forEach(profile -> lines.add(provider(profile)));
        }
    }

    void tells(Instant now, Supplier<String> what) {
        if (lines != null) {
            double seconds = Duration.between(Scenario.START, now).toNanos() / 1e9;
            lines.add(String.format(Locale.ROOT, "%+.9f s: %s", seconds, what.get()));
        }
    }

    static String arrival(RequestTrace requestTrace) {
        RequestLimits requestLimits = requestTrace.request.limits();
        String route = switch (requestTrace.request.route()) {
            case Route.NamedModel(var provider, var model) -> model + " of " + provider;
            case Route.DefaultModels(var only) -> only == null ? "any model" : "any model of " + only;
        };
        return requestTrace + " wants " + route + ", within " + requestLimits.requestTimeout()
                + (requestLimits.maxWait().isZero() ? "" : ", waits for " + requestLimits.maxWait())
                + (requestLimits.maxAttempts() == 0 ? "" : ", at most " + requestLimits.maxAttempts() + " attempts")
                + (requestTrace.request.need() == 0 ? "" : ", needs " + requestTrace.request.need() + " tokens")
                + (requestTrace.request.fallback() ? "" : ", no fallback");
    }

    static String decision(RequestTrace requestTrace, Step step) {
        return switch (step) {
            case Step.Attempt(var target, var trials, var _, var _, var _) ->
                requestTrace + " asks " + target.key().slot() + " for " + target.model()
                        + (trials.isEmpty() ? "" : ", a trial of " + trials);
            case Step.Wait(var until) -> requestTrace + " waits until " + until;
            case Step.GiveUp(var exhaustion) ->
                requestTrace + " gives up: " + exhaustion.getClass().getSimpleName();
        };
    }

    static String failure(Failure failure) {
        Duration told = switch (failure) {
            case Failure.RateLimited limited -> limited.retryAfter();
            case Failure.Overloaded(var _, var retryAfter) -> retryAfter;
            case Failure.Unavailable(var _, var retryAfter) -> retryAfter;
            default -> null;
        };
        RateLimitStatus rateLimitStatus =
                failure instanceof Failure.RateLimited limited ? limited.status() : RateLimitStatus.UNKNOWN;
        return failure.kind().label()
                + (told == null ? "" : " for " + told)
                + left(rateLimitStatus)
                + (failure instanceof Failure.RateLimited limited && limited.organisation() != null
                        ? ", of " + limited.organisation()
                        : "");
    }

    static String left(RateLimitStatus rateLimitStatus) {
        return rateLimitStatus.buckets().stream()
                .map(bucket -> ", %d of %d %s left, full %s in %s"
                        .formatted(
                                bucket.remaining(),
                                bucket.limit(),
                                bucket.name(),
                                bucket.continuous() ? "evenly" : "at once",
                                bucket.reset()))
                .collect(Collectors.joining());
    }

    private static String provider(ProviderProfile profile) {
        return profile.id() + " (" + profile.defaultModel() + "): "
                + profile.keys().stream().map(Story::key).collect(Collectors.joining(" "));
    }

    private static String key(PoolKey key) {
        return key.slot().ordinal() + "@" + key.group().name();
    }
}
