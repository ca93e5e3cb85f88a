package io.keywheel.adapters.llm;

import io.keywheel.adapters.llm.compatible.Compatible;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class CompatibleContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Compatible();
    }

    @Override
    public Wire wire() {
        return new OpenAiWords();
    }
}
