package io.keywheel.contract;

import io.keywheel.application.port.out.LlmProvider;

/// The adapter of the convicts, without a crime.
class InnocentTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new LineProvider(new Crime(null));
    }

    @Override
    public Wire wire() {
        return new LineWire();
    }
}
