package io.keywheel.adapters.llm.wire;

import java.time.Duration;

class JdkTransportTest extends TransportContract {

    @Override
    public Transport open(Duration connectTimeout) {
        return new JdkTransport(connectTimeout, null);
    }
}
