package io.keywheel.adapters.state;

import io.keywheel.store.StoreServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/// Two connected gateways that share facts through a real store.
abstract class TwoGateways {

    @AutoClose
    final StoreServer store = SharingGateway.store();

    @AutoClose
    final SharingGateway one = new SharingGateway(store, "a");

    @AutoClose
    final SharingGateway other = new SharingGateway(store, "b");

    @BeforeEach
    void connect() throws InterruptedException {
        one.connected();
        other.connected();
    }
}
