package io.keywheel.contract;

import static org.junit.jupiter.api.parallel.ExecutionMode.SAME_THREAD;

import io.keywheel.application.port.out.LlmProvider;
import org.junit.jupiter.api.parallel.Execution;

/// The adapter of [PlantedFaultsTest] without a fault, but not beside it: that one keeps the processors busy.
@Execution(SAME_THREAD)
class LineContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new LineProvider(Mutant.NONE);
    }

    @Override
    public Wire wire() {
        return new LineWire();
    }
}
