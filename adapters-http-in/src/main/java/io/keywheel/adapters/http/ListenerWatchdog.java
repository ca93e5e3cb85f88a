package io.keywheel.adapters.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Detects that Helidon does not listen, which Helidon only logs. This happens at the start, if the address cannot
/// be bound, and permanently after the first failed accept, for example with too many open files.
final class ListenerWatchdog implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final InetSocketAddress address;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread watching =
            Thread.ofVirtual().name("keywheel-listening").unstarted(this::watch);

    private ListenerWatchdog(InetSocketAddress address) {
        this.address = address;
    }

    /// @throws HttpGateway.CannotListenException if the address cannot be bound now
    static void requireFree(String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new HttpGateway.CannotListenException(host, port, "there is no such host", null);
        }
        IOException failure = bindFailure(address);
        if (failure != null) {
            throw new HttpGateway.CannotListenException(
                    host, port, reason(String.valueOf(failure.getMessage())), failure);
        }
    }

    private static @Nullable IOException bindFailure(InetSocketAddress address) {
        try (var channel = ServerSocketChannel.open()) {
            channel.bind(address);
            return null;
        } catch (IOException e) {
            return e;
        } catch (UnsupportedAddressTypeException e) {
            return new IOException("IPv6 is disabled", e);
        }
    }

    /// The causes differ only in the system's message.
    private static String reason(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("in use")) {
            return HttpGateway.CannotListenException.IN_USE;
        }
        if (lower.contains("permi")) {
            return "the system does not permit it";
        }
        return lower.contains("assign") ? "this machine has no such address" : message;
    }

    /// Watches the listen address. The host name is resolved now, because it may resolve differently later.
    static ListenerWatchdog at(String host, int port) {
        var listenerWatchdog = new ListenerWatchdog(new InetSocketAddress(host, port));
        listenerWatchdog.watching.start();
        return listenerWatchdog;
    }

    private void watch() {
        try {
            do {
                Thread.sleep(PERIOD);
            } while (bindFailure(address) != null);
            ended.complete(null);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs `action` if the server stops listening before [#close].
    void onEnd(Runnable action) {
        var _ = ended.thenRun(action);
    }

    /// Stops watching: from now on, the end of the server is intended.
    @Override
    public void close() {
        watching.interrupt();
    }
}
