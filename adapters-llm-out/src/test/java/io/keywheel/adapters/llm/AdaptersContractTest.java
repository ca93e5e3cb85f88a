package io.keywheel.adapters.llm;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each provider and each transport once: the contract of transports shows that they do not differ.
@ParameterizedClass(name = "{0} over {2}")
@MethodSource("adapters")
class AdaptersContractTest extends LlmPortContract {

    private final LlmProvider provider;
    private final Wire wire;
    private final String transport;

    AdaptersContractTest(LlmProvider provider, Wire wire, String transport) {
        this.provider = provider;
        this.wire = wire;
        this.transport = transport;
    }

    static Stream<Arguments> adapters() {
        var openAi = new OpenAiWire(false);
        return Stream.of(
                arguments(new Groq(), openAi, "jdk"),
                arguments(new Cerebras(), new OpenAiWire(true), "jdk"),
                arguments(new Compatible(), openAi, "helidon"));
    }

    @Override
    public LlmProvider provider() {
        return provider;
    }

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public Map<String, String> options() {
        return Map.of("transport", transport);
    }
}
