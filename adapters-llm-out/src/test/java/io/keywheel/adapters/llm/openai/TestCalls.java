package io.keywheel.adapters.llm.openai;

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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls, targets and settings for tests.
public final class TestCalls {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");
    static final String CANARY = "gsk_canary+1/A";
    static final String SECOND_CANARY = "gsk_canary+1/A-and-longer";
    static final Timeouts LONG_TIMEOUTS =
            new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));

    private TestCalls() {}

    static ProviderSettings settings(String baseUrl) {
        return settings(baseUrl, LONG_TIMEOUTS, "jdk");
    }

    /// With a key that a scenario may know.
    public static ProviderSettings settings(ProviderId provider, URI baseUrl, String key) {
        return new ProviderSettings(
                provider,
                baseUrl.toString(),
                List.of(new ApiKey(key, "c0ffee01")),
                LONG_TIMEOUTS,
                Map.of("transport", "jdk"));
    }

    static ProviderSettings settings(String baseUrl, Timeouts timeouts, String transport) {
        return new ProviderSettings(
                GROQ,
                baseUrl,
                List.of(new ApiKey(CANARY, "c0ffee01"), new ApiKey(SECOND_CANARY, "c0ffee02")),
                timeouts,
                Map.of("transport", transport));
    }

    static Target target(int ordinal) {
        return new Target(key(GROQ, ordinal), MODEL, true);
    }

    static Target named(int ordinal, String model) {
        return new Target(key(GROQ, ordinal), new ModelId(model), false);
    }

    /// The first key and the default model of a provider.
    public static Target target(ProviderId provider, @Nullable ModelId model) {
        return new Target(key(provider, 1), model == null ? new ModelId("some-model") : model, true);
    }

    static LlmCall hello() {
        return hello(Duration.ofSeconds(30));
    }

    static LlmCall hello(Duration timeLeft) {
        return new LlmCall(target(1), Conversation.of(Message.user("Hello")), Sampling.DEFAULT, Extras.NONE, timeLeft);
    }

    private static PoolKey key(ProviderId provider, int ordinal) {
        return new PoolKey(
                new KeySlot(provider, ordinal), new QuotaGroup(provider, "group" + ordinal), "c0ffee0" + ordinal);
    }
}
