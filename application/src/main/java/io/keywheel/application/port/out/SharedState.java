package io.keywheel.application.port.out;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Passes facts between gateways with the same keys, through a log that a store orders.
///
/// Thread-safe. It fails no request: without its store, a gateway goes on alone.
public interface SharedState extends AutoCloseable {

    /// Shares nothing.
    SharedState ALONE = new SharedState() {
        @Override
        public void listen(Consumer<List<Fact>> learned) {}

        @Override
        public void publish(List<Fact> facts) {}

        @Override
        public boolean claim(Fact.Called call) {
            return false;
        }

        @Override
        public Duration probeLease() {
            return Duration.ZERO;
        }

        @Override
        public Status status() {
            return Status.OFF;
        }

        @Override
        public void close() {}
    };

    /// Whether facts are passed.
    enum Status {
        OFF,
        CONNECTED,
        UNAVAILABLE
    }

    /// Passes to `learned` what other gateways publish, and the own claims, in the order of the log. One thread at
    /// a time calls `learned`. To be called once.
    void listen(Consumer<List<Fact>> learned);

    /// Returns at once, calls no listener and waits for no I/O, because callers hold locks. Facts that do not fit
    /// into memory until the store is back are dropped: calls first, the oldest first.
    void publish(List<Fact> facts);

    /// Appends `call` to the log, after all that was published before. Waits until the listener got all facts
    /// before `call` and then `call` itself; it gets later facts only after that.
    ///
    /// @return false if that took more than 50 ms, or failed: then this gateway is alone
    boolean claim(Fact.Called call) throws InterruptedException;

    /// How long other gateways wait for the outcome of a probe of this one: its first-token timeout.
    Duration probeLease();

    Status status();

    /// Stops passing facts. Published ones may be lost.
    @Override
    void close();
}
