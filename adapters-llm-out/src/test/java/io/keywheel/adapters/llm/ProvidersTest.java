package io.keywheel.adapters.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Scenario;
import io.keywheel.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The three adapters and both transports against the simulator, which shares no type with them.
@Timeout(120)
class ProvidersTest {

    private static final String KEY = "gsk_canary";

    @AutoClose
    private final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(Provider.GROQ, KEY, "org")
            .key(Provider.CEREBRAS, KEY, "org")
            .key(Provider.COMPATIBLE, KEY, "org"));

    static Stream<Arguments> ways() {
        return Stream.of(Provider.values())
                .flatMap(provider -> Stream.of("jdk", "helidon").map(transport -> Arguments.of(provider, transport)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whole_and_streamed_answers_are_equal_over_one_connection(Provider provider, String transport) {
        try (LlmPort port = open(provider, transport)) {
            var whole = assertInstanceOf(LlmReply.Answered.class, port.complete(hello(provider)));
            var words = new StringBuilder();
            var streamed = assertInstanceOf(LlmReply.Answered.class, port.stream(hello(provider), chunk -> {
                words.append(chunk.text());
            }));
            assertTrue(whole.completion().text().contains("Hello"));
            assertEquals(whole.completion().text(), words.toString());
            assertEquals(whole.completion().usage(), streamed.completion().usage());
            assertEquals(
                    whole.completion().finishReason(), streamed.completion().finishReason());
            assertTrue(simulator.requests().stream()
                    .allMatch(asked -> asked.userAgent().equals("Keywheel/0.1.0")));
            assertEquals(
                    1,
                    simulator.requests().stream()
                            .map(asked -> asked.connection())
                            .distinct()
                            .count());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void lists_models(Provider provider, String transport) {
        try (LlmPort port = open(provider, transport)) {
            var listed = assertInstanceOf(
                    ModelsReply.Listed.class, port.models(target(provider).key().slot(), Duration.ofSeconds(20)));
            assertFalse(listed.models().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void cached_tokens_count_toward_limits_except_at_groq(Provider provider) {
        try (LlmPort port = open(provider, "jdk")) {
            assertEquals(provider != Provider.GROQ, port.countsCachedTokens());
        }
    }

    private LlmPort open(Provider provider, String transport) {
        var timeouts = new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
        return adapter(provider)
                .open(new ProviderSettings(
                        adapter(provider).id(),
                        simulator.baseUrl(provider).toString(),
                        List.of(new ApiKey(KEY, "c0ffee01")),
                        timeouts,
                        Map.of("transport", transport)));
    }

    private static LlmProvider adapter(Provider provider) {
        return switch (provider) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }

    private static LlmCall hello(Provider provider) {
        return new LlmCall(
                target(provider),
                Conversation.of(Message.user("Hello")),
                Sampling.DEFAULT,
                Extras.NONE,
                Duration.ofSeconds(10));
    }

    private static Target target(Provider provider) {
        LlmProvider adapter = adapter(provider);
        ModelId model = adapter.defaults().defaultModel();
        var key = new PoolKey(new KeySlot(adapter.id(), 1), new QuotaGroup(adapter.id(), "g"), "c0ffee01");
        return new Target(key, model == null ? new ModelId("some-model") : model, true);
    }
}
