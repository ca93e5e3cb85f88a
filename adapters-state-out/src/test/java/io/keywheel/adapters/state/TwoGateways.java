package io.keywheel.adapters.state;

import io.keywheel.store.StoreServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/// Two connected gateways that share facts through a real store.
abstract class TwoGateways {

    @AutoClose
    final StoreServer store = TestGateway.store();

    @AutoClose
    final TestGateway one = new TestGateway(store, "a");

    @AutoClose
    final TestGateway other = new TestGateway(store, "b");

    @BeforeEach
    void connect() throws InterruptedException {
        one.connected();
        other.connected();
    }
}
