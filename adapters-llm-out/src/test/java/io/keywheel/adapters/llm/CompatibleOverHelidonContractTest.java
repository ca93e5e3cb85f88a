package io.keywheel.adapters.llm;

import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import java.util.Map;

/// Runs the contract over the Helidon transport.
class CompatibleOverHelidonContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Compatible();
    }

    @Override
    public Wire wire() {
        return new OpenAiWords();
    }

    @Override
    public Map<String, String> options() {
        return Map.of("transport", "helidon");
    }
}
