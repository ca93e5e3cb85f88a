package io.keywheel.adapters.llm;

import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class CerebrasContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Cerebras();
    }

    @Override
    public Wire wire() {
        return new CerebrasWords();
    }
}
