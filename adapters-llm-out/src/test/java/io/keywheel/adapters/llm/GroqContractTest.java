package io.keywheel.adapters.llm;

import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class GroqContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Groq();
    }

    @Override
    public Wire wire() {
        return new OpenAiWords();
    }
}
