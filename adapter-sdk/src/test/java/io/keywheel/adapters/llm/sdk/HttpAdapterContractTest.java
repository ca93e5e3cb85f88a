package io.keywheel.adapters.llm.sdk;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;

class HttpAdapterContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new PlainProvider();
    }

    @Override
    public Wire wire() {
        return new PlainFormat();
    }
}
