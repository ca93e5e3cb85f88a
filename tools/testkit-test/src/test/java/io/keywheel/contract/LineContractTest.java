package io.keywheel.contract;

import io.keywheel.application.port.out.LlmProvider;

/// The adapter of [PlantedFaultsTest] without a fault.
class LineContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new LineProvider(new Mutant(null));
    }

    @Override
    public Wire wire() {
        return new LineWire();
    }
}
