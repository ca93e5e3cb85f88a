package io.keywheel.adapters.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Notices when Helidon listens no more. It ends by itself, and for good, at the first connection that it cannot
/// accept, as when too many files are open; it reports nothing, and the process stays.
final class ListenerWatchdog implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final InetSocketAddress address;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread watching =
            Thread.ofVirtual().name("keywheel-listening").unstarted(this::watch);

    private ListenerWatchdog(InetSocketAddress address) {
        this.address = address;
    }

    /// @param listenAddress where the server listens
    static ListenerWatchdog at(ListenAddress listenAddress) {
        var listenerWatchdog = new ListenerWatchdog(listenAddress.resolved());
        listenerWatchdog.watching.start();
        return listenerWatchdog;
    }

    private void watch() {
        try {
            do {
                Thread.sleep(PERIOD);
            } while (!isFree());
            ended.complete(null);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether no socket listens there.
    private boolean isFree() {
        try {
            ListenAddress.bind(address);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    /// Runs `action` if it ends by itself.
    void onEnd(Runnable action) {
        var _ = ended.thenRun(action);
    }

    /// From now on an end is meant.
    @Override
    public void close() {
        watching.interrupt();
    }
}
