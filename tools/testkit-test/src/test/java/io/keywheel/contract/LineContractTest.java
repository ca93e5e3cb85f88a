package io.keywheel.contract;

import static org.junit.jupiter.api.parallel.ExecutionMode.SAME_THREAD;

import io.keywheel.application.port.out.LlmProvider;
import org.junit.jupiter.api.parallel.Execution;

/// Runs the contract on the SDK, with the adapter of [PlantedFaultsTest] without a mutation. Not concurrently with that
/// test, which uses all processors.
@Execution(SAME_THREAD)
class LineContractTest extends LlmPortContract {

    Mutant mutant() {
        return Mutant.NONE;
    }

    @Override
    public LlmProvider provider() {
        return new LineProvider(mutant());
    }

    @Override
    public Wire wire() {
        return new LineWire(mutant());
    }
}
