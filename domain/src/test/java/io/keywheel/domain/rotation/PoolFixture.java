package io.keywheel.domain.rotation;

import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The providers, routes, failures and reports of the tests of a key pool.
public abstract class PoolFixture {

    public static final ProviderId GROQ = new ProviderId("groq");
    public static final ProviderId CEREBRAS = new ProviderId("cerebras");
    public static final ModelId BIG = new ModelId("big");
    public static final ModelId SMALL = new ModelId("small");
    public static final Duration A_SECOND = Duration.ofSeconds(1);
    public static final Duration A_MINUTE = Duration.ofMinutes(1);
    public static final UpstreamError NO = new UpstreamError(400, "no", null, null, null);
    public static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    protected final TestPool one = new TestPool(provider(GROQ, "a"));

    /// Groq with two keys, each in a quota group of its own.
    protected final TestPool two = new TestPool(provider(GROQ, "a", "b"));

    /// A provider with one key for each given quota group.
    public static ProviderProfile provider(ProviderId id, String... groups) {
        var keys = new ArrayList<PoolKey>();
        for (String group : groups) {
            keys.add(new PoolKey(new KeySlot(id, keys.size() + 1), new QuotaGroup(id, group), "0000000" + keys.size()));
        }
        return new ProviderProfile(id, BIG, keys, 0);
    }

    /// Groq with that many keys, each in a quota group of its own.
    static ProviderProfile groq(int keys) {
        return provider(GROQ, IntStream.range(0, keys).mapToObj(i -> "org-" + i).toArray(String[]::new));
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
        return new ProviderProfile(id, defaultModel, keys, 0);
    }

    static Fact.CallTarget callTarget(String key, ModelId model) {
        return new Fact.CallTarget(GROQ, key, model);
    }

    static Route anyModel() {
        return Route.AUTO;
    }

    public static Route groqs(ModelId model) {
        return Route.to(GROQ, model);
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

    public static RateLimitStatus reported(Bucket... buckets) {
        return new RateLimitStatus(List.of(buckets));
    }

    public static RateLimitStatus spentFor(Duration time) {
        return tokensLeft(0, time);
    }

    static RateLimitStatus requestsLeft(long requests, Duration reset) {
        return reported(new Bucket("requests", 30L, requests, reset));
    }

    static RateLimitStatus tokensLeft(long tokens, Duration reset) {
        return reported(
                new Bucket("requests-day", 1000L, 17, Duration.ofHours(9)),
                new Bucket("tokens-minute", 8000L, tokens, reset));
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

    static String key(Step.Attempt attempt) {
        return attempt.target().key().fingerprint();
    }
}
