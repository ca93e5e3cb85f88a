package io.keywheel.contract;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/// A scripted HTTP server for tests, with control over each byte of its answers.
public final class WireServer implements AutoCloseable {

    /// Answers one request. An exception closes the connection.
    @FunctionalInterface
    public interface Script {
        void serve(WireExchange exchange) throws Exception;

        default Script andThen(Script next) {
            return exchange -> {
                serve(exchange);
                next.serve(exchange);
            };
        }
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<WireExchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    private WireServer(ServerSocketFactory sockets, Script script) throws IOException {
        this.script = script;
        this.listener = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    public static WireServer start(Script script) {
        return start(ServerSocketFactory.getDefault(), script);
    }

    public static WireServer start(ServerSocketFactory sockets, Script script) {
        try {
            var server = new WireServer(sockets, script);
            Thread.ofVirtual().start(server::listen);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// All requests so far, oldest first.
    public List<WireExchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /// The number of accepted connections.
    public int connections() {
        return connections.get();
    }

    /// The number of connections that are open on the server's side.
    public long open() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @SuppressWarnings("EmptyCatch") // after any failure, the client sees a closed connection
    private void serve(Socket socket) {
        try (socket;
                var in = new BufferedInputStream(socket.getInputStream())) {
            for (var next = WireExchange.read(socket, in); next != null; next = WireExchange.read(socket, in)) {
                exchanges.add(next);
                script.serve(next);
            }
            resetOnClose(socket);
        } catch (Exception _) {
        }
    }

    /// Makes the socket's close a reset, because the client has closed its side. Otherwise the system reserves
    /// each connection's port for a minute, and finding a free one among thousands takes long.
    private static void resetOnClose(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException _) {
            return; // the socket is closed already
        }
    }

    /// Call it after the client has finished.
    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                resetOnClose(socket);
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
