package io.keywheel.examples.gemini;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class GeminiContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Gemini();
    }

    @Override
    public Wire wire() {
        return new GeminiWords();
    }
}
