package io.keywheel.application.port.out;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Passes facts between gateways with the same keys, through a log that a store orders.
///
/// Thread safe. Nothing of it makes a request fail: without its store, a gateway goes on alone.
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

    /// From now on `learned` gets what other gateways published, and the own calls that were claimed, in the order of
    /// the log. It is called by one thread at a time. To be called once.
    void listen(Consumer<List<Fact>> learned);

    /// Returns at once, calls no listener and waits for no I/O: callers hold locks. What cannot be kept until the store
    /// is back is dropped: calls first, the oldest first.
    void publish(List<Fact> facts);

    /// Appends `call` to the log, after all that was published before. Waits until the listener has been passed all
    /// facts before it and then `call` itself; it gets facts after it later than that.
    ///
    /// @return false where that was not possible within at most 50 ms: then this gateway is alone
    boolean claim(Fact.Called call) throws InterruptedException;

    /// How long other gateways wait for a probe of this one, should they hear no more of it: its first-token timeout.
    Duration probeLease();

    Status status();

    /// Stops passing facts. Published ones may be lost.
    @Override
    void close();
}
