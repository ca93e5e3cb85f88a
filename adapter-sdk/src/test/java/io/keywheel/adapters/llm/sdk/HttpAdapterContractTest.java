package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import org.junit.jupiter.api.parallel.Execution;

@Execution(CONCURRENT)
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
