package io.keywheel.domain.simulation;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.routing.Tier;
import io.keywheel.domain.simulation.Scenario.Fate;
import io.keywheel.domain.simulation.Scenario.Outage;
import io.keywheel.domain.simulation.Scenario.Quota;
import io.keywheel.domain.simulation.Scenario.Reporting;
import io.keywheel.domain.simulation.Scenario.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes a scenario from each seed.
final class Scenarios extends PoolFixture {

    private static final int REQUESTS = 400;
    private static final int MOST_KEYS = 12;
    private static final int MOST_TOKENS = 400;
    private static final List<String> PROVIDERS = List.of("cerebras", "groq", "third");
    private static final List<ModelId> MODELS = List.of(BIG, SMALL);
    private static final List<Double> MISJUDGED = List.of(0.0, 0.01, 0.5, 1.0, 1.0, 1.0, 2.0, 1e6);

    private final Random random;

    /// The probability of a scripted failure. Few failures test fair shares, many test how rules interact.
    private final double failureRate;

    /// The mean time between two requests.
    private final Duration pace;

    /// The number of conversations; 0 without affinity.
    private final int conversations;

    private Scenarios(Random random) {
        this.random = random;
        this.conversations = random.nextInt(3) == 0 ? 1 + random.nextInt(8) : 0;
        this.failureRate = List.of(0.0, 0.02, 0.1, 0.4).get(random.nextInt(4));
        this.pace =
                logarithmic(Duration.ofMillis(1), random.nextInt(5) == 0 ? Duration.ofHours(1) : Duration.ofSeconds(3));
    }

    static Scenario ofSeed(long seed) {
        return new Scenarios(new Random(seed)).scenario();
    }

    private Scenario scenario() {
        List<ProviderProfile> pool = pool();
        return new Scenario(pool, organisations(pool), quotas(pool), outages(pool), requests(pool));
    }

    private List<ProviderProfile> pool() {
        int providers = 1 + random.nextInt(PROVIDERS.size());
        int keys = providers + random.nextInt(MOST_KEYS - providers + 1);
        var pool = new ArrayList<ProviderProfile>();
        for (int i = 0; i < providers; i++) {
            int left = providers - i - 1;
            int count = left == 0 ? keys : 1 + random.nextInt(keys - left);
            keys -= count;
            pool.add(provider(new ProviderId(PROVIDERS.get(i)), count));
        }
        return pool;
    }

    private ProviderProfile provider(ProviderId id, int count) {
        int groups = random.nextBoolean() ? count : 1 + random.nextInt(count);
        var keys = new ArrayList<PoolKey>();
        for (int i = 0; i < count; i++) {
            String group = groups == count ? "own" + (i + 1) : "org" + (1 + random.nextInt(groups));
            keys.add(new PoolKey(new KeySlot(id, i + 1), new QuotaGroup(id, group), "%08x".formatted(i)));
        }
        return new ProviderProfile(id, any(MODELS), keys, 0);
    }

    /// Assigns some configured groups to the same organisation.
    private Map<QuotaGroup, String> organisations(List<ProviderProfile> pool) {
        var organisations = new HashMap<QuotaGroup, String>();
        if (random.nextInt(4) == 0) {
            pool.stream()
                    .flatMap(profile -> profile.keys().stream())
                    .forEach(key -> organisations.put(key.group(), "org" + random.nextInt(4)));
        }
        return organisations;
    }

    private List<Quota> quotas(List<ProviderProfile> pool) {
        var quotas = new ArrayList<Quota>();
        for (ProviderProfile profile : pool) {
            for (QuotaGroup group :
                    profile.keys().stream().map(PoolKey::group).distinct().toList()) {
                for (ModelId model : MODELS) {
                    if (random.nextInt(3) == 0) {
                        quotas.add(quota(group, model, false));
                    }
                    if (random.nextInt(4) == 0) {
                        quotas.add(quota(group, model, true));
                    }
                }
            }
        }
        return quotas;
    }

    private Quota quota(QuotaGroup group, ModelId model, boolean tokens) {
        int most = tokens ? 50 + random.nextInt(2_000) : 1 + random.nextInt(20);
        boolean continuous = random.nextBoolean();
        // A power of two avoids rounding.
        Duration perUnit = Duration.ofNanos(1L << (tokens ? 20 + random.nextInt(10) : 26 + random.nextInt(10)));
        Duration window =
                continuous ? perUnit.multipliedBy(most) : logarithmic(Duration.ofMillis(500), Duration.ofMinutes(10));
        return new Quota(group, model, tokens, most, window, continuous, any(List.of(Reporting.values())));
    }

    private List<Outage> outages(List<ProviderProfile> pool) {
        var outages = new ArrayList<Outage>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Instant from = START.plus(pace.multipliedBy(random.nextInt(REQUESTS)));
            Failure failure = any(List.of(
                    new Failure.Unavailable("down", null),
                    new Failure.Unavailable("maintenance", someTime()),
                    new Failure.TimedOut("slow"),
                    new Failure.RateLimited("this host", null, RateLimitStatus.UNKNOWN, null, false, 0),
                    new Failure.RateLimited("this host", someTime(), RateLimitStatus.UNKNOWN, null, false, 0),
                    new Failure.Overloaded("busy", null),
                    new Failure.Overloaded("busy", someTime())));
            Duration length = pace.multipliedBy(1 + random.nextInt(50));
            outages.add(new Outage(any(pool).id(), from, from.plus(length), failure));
        }
        return outages;
    }

    private List<Request> requests(List<ProviderProfile> pool) {
        var requests = new ArrayList<Request>();
        Instant at = START;
        for (int i = 1; i <= REQUESTS; i++) {
            // Some requests arrive at the same time, some after a long pause.
            at = at.plus(random.nextInt(4) == 0 ? Duration.ZERO : times(pace, -Math.log(1 - random.nextDouble())));
            requests.add(
                    new Request(i, at, route(pool), random.nextInt(10) > 0, limits(), need(), conversation(), fates()));
        }
        return requests;
    }

    private Route route(List<ProviderProfile> pool) {
        return switch (random.nextInt(10)) {
            case 0 -> Route.to(RouteTarget.ofDefaultModel(any(pool).id()));
            case 1, 2, 3 -> Route.to(any(pool).id(), any(MODELS));
            case 4, 5 ->
                new Route(IntStream.rangeClosed(0, random.nextInt(3))
                        .mapToObj(_ -> tier(pool))
                        .toList());
            default -> Route.AUTO;
        };
    }

    private Tier tier(List<ProviderProfile> pool) {
        List<Tier.Member> members = IntStream.rangeClosed(0, random.nextInt(3))
                .<Tier.Member>mapToObj(_ -> new RouteTarget(any(pool).id(), random.nextBoolean() ? null : any(MODELS)))
                .toList();
        return new Tier(random.nextInt(10) > 0 ? members : List.of(new Tier.EveryProvider()));
    }

    private RequestLimits limits() {
        return new RequestLimits(
                random.nextInt(10) > 0 ? 0 : 1 + random.nextInt(3),
                random.nextBoolean() ? Duration.ZERO : someTime(),
                1000,
                logarithmic(Duration.ofSeconds(1), Duration.ofMinutes(2)),
                Duration.ZERO);
    }

    private long need() {
        return random.nextBoolean() ? 0 : 1 + random.nextInt(MOST_TOKENS);
    }

    private long conversation() {
        return conversations == 0 ? 0 : 1 + random.nextInt(conversations);
    }

    private List<Fate> fates() {
        var fates = new ArrayList<Fate>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            fates.add(new Fate(
                    logarithmic(Duration.ofMillis(1), times(pace, 8).plusSeconds(1)),
                    random.nextDouble() < failureRate ? failure() : null,
                    random.nextBoolean(),
                    random.nextInt(4) / 4.0,
                    any(MISJUDGED)));
        }
        return fates;
    }

    private Failure failure() {
        @Nullable Duration retryAfter = random.nextBoolean() ? someTime() : null;
        return switch (any(List.of(Failure.Kind.values()))) {
            case RATE_LIMITED ->
                new Failure.RateLimited(
                        "limited",
                        retryAfter,
                        RateLimitStatus.UNKNOWN,
                        random.nextInt(4) == 0 ? "org" + random.nextInt(2) : null,
                        random.nextInt(3) > 0,
                        random.nextInt(4) == 0 ? random.nextInt(200) : 0);
            case OVERLOADED -> new Failure.Overloaded("busy", retryAfter);
            case KEY_REFUSED -> new Failure.KeyRefused("no such key");
            case ACCOUNT_BLOCKED -> new Failure.AccountBlocked("unpaid");
            case MODEL_UNAVAILABLE -> new Failure.ModelUnavailable(NO);
            case UNAVAILABLE -> new Failure.Unavailable("down", retryAfter);
            case TIMED_OUT, OUT_OF_TIME -> new Failure.TimedOut("slow");
            case EMPTY_REPLY -> new Failure.EmptyReply("nothing");
            case TOO_LARGE -> new Failure.TooLarge(NO);
            case UNSUPPORTED -> new Failure.Unsupported(NO);
            case REJECTED -> new Failure.Rejected(NO);
            case INTERRUPTED -> new Failure.Interrupted("cut");
            case CANCELLED -> new Failure.Cancelled();
        };
    }

    private Duration someTime() {
        return random.nextInt(10) == 0 ? Duration.ZERO : logarithmic(Duration.ofMillis(10), Duration.ofMinutes(10));
    }

    private <T> T any(List<? extends T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// Log-uniform: between 1 and 10 as likely as between 10 and 100.
    private Duration logarithmic(Duration least, Duration most) {
        double scale = Math.log((double) most.toNanos() / least.toNanos());
        return times(least, Math.exp(random.nextDouble() * scale));
    }

    private static Duration times(Duration duration, double factor) {
        return Duration.ofMillis((long) (duration.toMillis() * factor));
    }
}
