package io.keywheel.examples.ollama;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class OllamaContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Ollama();
    }

    @Override
    public Wire wire() {
        return new OllamaWire();
    }
}
