package io.keywheel.adapters.metrics;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counts attempts, their durations and their tokens.
final class AttemptMetrics {

    private final LabelledMeters<Counter> attempts;
    private final LabelledMeters<Timer> durations;
    private final LabelledMeters<Counter> tokens;
    private final CardinalityLimit<ModelId> defaults = new CardinalityLimit<>();
    private final CardinalityLimit<ModelId> others = new CardinalityLimit<>();
    private volatile Supplier<ModelCatalog> known = () -> new ModelCatalog(new LinkedHashMap<>());

    AttemptMetrics(Meters meters) {
        attempts = meters.counters(
                "keywheel.attempts", "Attempts at providers that have ended", "provider", "key", "model", "outcome");
        durations = meters.durations(
                "keywheel.attempt.duration", "Time from an attempt's beginning to its end", "provider", "answered");
        tokens = meters.counters(
                "keywheel.tokens", "Tokens of answers, as the providers count them", "provider", "model", "direction");
    }

    void watch(Supplier<ModelCatalog> known) {
        this.known = known;
    }

    void count(EndedAttempt attempt, @Nullable TokenUsage usage, @Nullable TraceContext trace) {
        Target target = attempt.target();
        String provider = target.provider().value();
        String model = model(target);
        Outcome outcome = attempt.outcome();
        attempts.of(provider, target.key().slot().toString(), model, outcome.label())
                .increment();
        Exemplars.record(durations.of(provider, String.valueOf(outcome.isOk())), attempt.duration(), trace);
        if (usage != null) {
            tokens.of(provider, model, "in").increment((double) usage.promptTokens());
            tokens.of(provider, model, "out").increment((double) usage.completionTokens());
            if (usage.cachedTokens() != null) {
                tokens.of(provider, model, "cached").increment((double) usage.cachedTokens());
            }
        }
    }

    /// The label's value, or `other`: clients may request, providers may list, and reloads may set any number of
    /// models. Each has a line for every key and outcome.
    private String model(Target target) {
        boolean named = target.defaultModel()
                ? defaults.admits(target.model())
                : isKnown(new RouteTarget(target.provider(), target.model())) && others.admits(target.model());
        return named ? target.model().value() : "other";
    }

    private boolean isKnown(RouteTarget target) {
        ModelCatalog catalog = known.get();
        return catalog.knows(target) || catalog.virtual().hasTarget(target);
    }
}
