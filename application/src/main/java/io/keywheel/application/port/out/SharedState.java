package io.keywheel.application.port.out;

import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Shares facts between gateways that use the same keys, through a log that a store orders.
///
/// Thread-safe. Never fails a request: without its store, the gateway continues alone.
public interface SharedState extends AutoCloseable {

    /// Passes the facts of other gateways and this gateway's claims to `learned`, in the order of the log. To be
    /// called once. One thread at a time calls the two arguments.
    ///
    /// @param repeat publishes the facts that still hold, at most 2 000, because the store has lost them or will
    ///     lose them soon
    void listen(Consumer<List<Fact>> learned, Runnable repeat);

    /// Appends `facts` to the log. Returns immediately, calls no listener and waits for no I/O, because callers hold
    /// locks. While the store is unreachable, facts that do not fit into memory are dropped, the oldest of
    /// their kind first.
    void publish(List<Fact> facts);

    /// Appends `call` to the log, after all facts published before. Waits until the listener has received all facts
    /// before `call`, and then `call` itself. The listener receives later facts only after that.
    ///
    /// @return true if the listener has received them, whether or not another gateway's claim came first; false if
    ///     this took more than 50 ms, or failed, and the gateway decides alone
    boolean claim(Fact.Called call) throws InterruptedException;

    /// How long other gateways wait for the outcome of a probe of this one: its first-token timeout.
    Duration probeTimeout();

    /// Whether the store is reachable.
    boolean isConnected();

    /// Stops sharing facts. Published ones may be lost.
    @Override
    void close();
}
