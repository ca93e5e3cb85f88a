package io.keywheel.adapters.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/// Notices when Helidon does not listen, which it reports nowhere but in its log: at the start, where the address
/// cannot be had, and later for good, at the first connection that it cannot accept, as when too many files are open.
final class ListenerWatchdog implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final InetSocketAddress address;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread watching =
            Thread.ofVirtual().name("keywheel-listening").unstarted(this::watch);

    private ListenerWatchdog(InetSocketAddress address) {
        this.address = address;
    }

    /// @throws HttpGateway.CannotListenException if the address cannot be had
    static void mustBeFree(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new HttpGateway.CannotListenException(host, port, "there is no such host", null);
        }
        try {
            bind(address);
        } catch (IOException e) {
            throw new HttpGateway.CannotListenException(host, port, reason(String.valueOf(e.getMessage())), e);
        }
    }

    private static void bind(InetSocketAddress address) throws IOException {
        try (var channel = ServerSocketChannel.open()) {
            channel.bind(address);
        }
    }

    /// The system tells these apart by its words alone.
    private static String reason(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("in use")) {
            return "another program has it";
        }
        if (lower.contains("permi")) {
            return "the system does not permit it";
        }
        return lower.contains("assign") ? "this machine has no such address" : words;
    }

    /// Watches where the server listens. The address is the one of now; a name may stand for another one later.
    static ListenerWatchdog at(String host, int port) {
        var listenerWatchdog = new ListenerWatchdog(new InetSocketAddress(host, port));
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

    private boolean isFree() {
        try {
            bind(address);
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
