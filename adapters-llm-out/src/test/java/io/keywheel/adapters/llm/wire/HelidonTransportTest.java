package io.keywheel.adapters.llm.wire;

import java.time.Duration;

class HelidonTransportTest extends TransportContract {

    @Override
    Transport open(Duration connectTimeout) {
        return new HelidonTransport(connectTimeout);
    }
}
