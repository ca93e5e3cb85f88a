package io.keywheel.simulator.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/// Accepts connections and serves each on a virtual thread.
public final class Listener implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("simulator-", 0).factory());
    private final Function<Exchange, List<Step>> handler;
    private volatile boolean closing;

    /// Starts listening; port 0 selects a free port.
    public Listener(String host, int port, Function<Exchange, List<Step>> handler) throws IOException {
        this.handler = handler;
        this.server = new ServerSocket(port, BACKLOG, InetAddress.getByName(host));
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                if (closing) {
                    socket.close();
                }
                threads.execute(() -> serve(socket));
            }
        } catch (IOException | RejectedExecutionException e) {
            if (!closing) {
                throw new IllegalStateException("no connection can be accepted any more", e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Connection(socket, () -> closing).serve(handler);
        } catch (IOException _) {
            // The client closed the connection, or close() did: the exchange records it.
        } finally {
            open.remove(socket);
        }
    }

    /// Closes all connections immediately, and returns when all threads have ended.
    @Override
    public void close() {
        closing = true;
        try {
            server.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }
}
