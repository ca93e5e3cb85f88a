package io.keywheel.experiments.simulation;

import static java.util.Objects.requireNonNull;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A provider with one model. All organisations have the same limits, those of a free plan.
public final class Provider {

    static final String GROQ = "groq";
    public static final String CEREBRAS = "cerebras";
    public static final Duration DAY = Duration.ofDays(1);

    private static final Duration TENTH_OF_A_SECOND = Duration.ofMillis(100);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final List<Limit.Kind> GROQ_LIMITS = List.of(
            new Limit.Kind("requests per minute (RPM)", "", false, 30, MINUTE),
            new Limit.Kind("requests per day (RPD)", "requests", false, 1_000, DAY),
            new Limit.Kind("tokens per minute (TPM)", "tokens", true, 8_000, MINUTE),
            new Limit.Kind("tokens per day (TPD)", "", true, 200_000, DAY));
    private static final List<Limit.Kind> CEREBRAS_LIMITS = List.of(
            new Limit.Kind("Requests per minute", "", false, 30, MINUTE),
            new Limit.Kind("Requests per day", "requests-day", false, 14_400, DAY),
            new Limit.Kind("Tokens per minute", "tokens-minute", true, 60_000, MINUTE));

    public final String name;
    public final List<Key> keys;
    private final Map<String, List<Limit>> limits = new LinkedHashMap<>();
    private final PromptCache promptCache = new PromptCache();
    private Instant failsFrom = Instant.MAX;
    private Instant failsUntil = Instant.MAX;

    private Provider(String name, List<String> organisations, Function<Key, List<Limit>> limits) {
        this.name = name;
        this.keys = IntStream.range(0, organisations.size())
                .mapToObj(i -> new Key(name, i + 1, organisations.get(i)))
                .toList();
        keys.forEach(key -> this.limits.put(key.organisation(), limits.apply(key)));
    }

    /// @param organisations one for each key
    public static Provider groq(List<String> organisations, Instant now) {
        return new Provider(
                GROQ,
                organisations,
                _ -> GROQ_LIMITS.stream().map(kind -> Limit.bucket(kind, now)).toList());
    }

    /// A provider like Groq, with one limit of requests per key. Each limit refills with ten requests a second.
    ///
    /// @param capacities one for each key, each of which has another organisation
    public static Provider ofSmallLimits(List<Integer> capacities, Instant now) {
        List<String> organisations = IntStream.rangeClosed(1, capacities.size())
                .mapToObj(i -> "org_" + i)
                .toList();
        return new Provider(GROQ, organisations, key -> {
            int capacity = capacities.get(key.place() - 1);
            Duration period = TENTH_OF_A_SECOND.multipliedBy(capacity);
            var kind = new Limit.Kind("requests per minute (RPM)", "requests", false, capacity, period);
            return List.of(Limit.bucket(kind, now));
        });
    }

    /// @param dayEnds the end of the first period of the daily limit
    public static Provider cerebras(List<String> organisations, Instant now, Instant dayEnds) {
        return new Provider(CEREBRAS, organisations, key -> {
            // The minutes of organisations do not end at the same time.
            Instant minuteEnds =
                    now.plusSeconds(1 + Math.floorMod(key.organisation().hashCode() * 7, 60));
            return CEREBRAS_LIMITS.stream()
                    .map(kind -> Limit.window(kind, now, kind.period().equals(DAY) ? dayEnds : minuteEnds))
                    .toList();
        });
    }

    public void fails(Instant from, Instant until) {
        failsFrom = from;
        failsUntil = until;
    }

    public List<Limit> limits(String organisation) {
        return requireNonNull(limits.get(organisation));
    }

    /// Answers or refuses a request. A refused request takes nothing from the limits.
    public Reply ask(Key key, Request request, Instant now) {
        if (isDown(now)) {
            return new Reply.Failed(new Failure.Unavailable("refused", null), RateLimitStatus.UNKNOWN);
        }
        List<Limit> all = limits(key.organisation());
        for (Limit limit : all) {
            if (limit.until(limit.kind.units(request), now).isPositive()) {
                RateLimitStatus headers = headers(all, now);
                return new Reply.Failed(
                        name.equals(GROQ)
                                ? refusedByGroq(key.organisation(), limit, request, headers, now)
                                : refusedByCerebras(limit, headers, now),
                        headers);
            }
        }
        int cached = promptCache.cached(key.organisation(), request, now);
        promptCache.keep(key.organisation(), request, now);
        all.forEach(limit ->
                limit.take(limit.kind.units(request) - (limit.kind.ofTokens() && !countsCached() ? cached : 0), now));
        return new Reply.Answered(headers(all, now), cached);
    }

    /// Groq does not count cached tokens, but the whole request must fit into the limit. Cerebras counts them.
    public boolean countsCached() {
        return !name.equals(GROQ);
    }

    /// When `request` would be answered if no other came first; real clients cannot know it.
    public Instant wouldAnswer(Key key, Request request, Instant now) {
        return isDown(now)
                ? failsUntil
                : limits(key.organisation()).stream()
                        .map(limit -> now.plus(limit.until(limit.kind.units(request), now)))
                        .reduce(now, (a, b) -> a.isAfter(b) ? a : b);
    }

    private boolean isDown(Instant now) {
        return !now.isBefore(failsFrom) && now.isBefore(failsUntil);
    }

    /// Groq's 429 has `Retry-After` in whole seconds, and its message contains the used units.
    private static Failure refusedByGroq(
            String organisation, Limit limit, Request request, RateLimitStatus headers, Instant now) {
        long units = limit.kind.units(request);
        Duration wait = limit.until(units, now);
        String counted = (limit.kind.ofTokens() ? "tokens" : "requests")
                + (limit.kind.period().compareTo(DAY) < 0 ? "-minute" : "-day");
        var status = new ArrayList<>(headers.buckets());
        status.add(limit.status(counted, now));
        return new Failure.RateLimited(
                limit.kind.words(),
                Duration.ofSeconds(wait.plusSeconds(1).minusNanos(1).toSeconds()),
                new RateLimitStatus(status),
                organisation,
                true,
                limit.kind.ofTokens() ? units : 0);
    }

    /// Cerebras' 429 names the limit, and its headers contain the resets of most limits.
    private static Failure refusedByCerebras(Limit limit, RateLimitStatus headers, Instant now) {
        @Nullable
        Duration reset = limit.kind.header().isEmpty()
                ? null
                : limit.status(limit.kind.header(), now).reset();
        return new Failure.RateLimited(limit.kind.words(), reset, headers, null, true, 0);
    }

    private static RateLimitStatus headers(List<Limit> limits, Instant now) {
        return new RateLimitStatus(limits.stream()
                .filter(limit -> !limit.kind.header().isEmpty())
                .map(limit -> limit.status(limit.kind.header(), now))
                .toList());
    }
}
