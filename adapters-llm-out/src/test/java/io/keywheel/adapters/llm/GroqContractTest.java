package io.keywheel.adapters.llm;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
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
