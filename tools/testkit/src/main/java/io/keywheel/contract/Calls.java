package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/// Settings and calls for tests of adapters.
public final class Calls {

    /// Longer than any answer of a test takes, even on a busy machine.
    public static final Duration LONG = Duration.ofSeconds(20);

    public static final Timeouts LONG_TIMEOUTS = new Timeouts(LONG, LONG, LONG);

    private static final String FINGERPRINT = "c0ffee00";

    private Calls() {}

    /// The settings of a provider, with long timeouts and no option.
    ///
    /// @param secrets an empty one is that of a provider without keys
    public static ProviderSettings settings(ProviderId provider, String baseUrl, String... secrets) {
        return settings(provider, baseUrl, LONG_TIMEOUTS, Map.of(), secrets);
    }

    /// The settings of a provider.
    ///
    /// @param secrets an empty one is that of a provider without keys
    public static ProviderSettings settings(
            ProviderId provider, String baseUrl, Timeouts timeouts, Map<String, String> options, String... secrets) {
        return new ProviderSettings(
                provider,
                baseUrl,
                Stream.of(secrets)
                        .map(secret -> secret.isEmpty() ? ApiKey.NONE : new ApiKey(secret, FINGERPRINT))
                        .toList(),
                timeouts,
                options);
    }

    /// A key and a model. Each key has its own quota group.
    ///
    /// @param place the key's position, from 1
    public static Target target(ProviderId provider, int place, ModelId model, boolean defaultModel) {
        var key = new PoolKey(new KeySlot(provider, place), new QuotaGroup(provider, "group" + place), FINGERPRINT);
        return new Target(key, model, defaultModel);
    }

    /// A call for the first key and a default model.
    public static LlmCall call(ProviderId provider, Conversation conversation, Sampling sampling, Extras extras) {
        return new LlmCall(target(provider, 1, new ModelId("m"), true), conversation, sampling, extras, LONG, 0);
    }

    public static LlmCall hello(Target target) {
        return new LlmCall(target, Conversation.of(Message.user("Hello")), Sampling.DEFAULT, Extras.NONE, LONG, 0);
    }
}
