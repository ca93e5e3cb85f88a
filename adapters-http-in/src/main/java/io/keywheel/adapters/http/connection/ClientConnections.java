package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketContext;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// All lines to clients. One that takes longer than it may is cut.
public final class ClientConnections implements AutoCloseable {

    /// The socket to one client. Its methods are for the thread that serves the client.
    public sealed interface Line permits ClientConnection {

        /// The address and port of the other end, as `192.0.2.1:50000` or `[2001:db8::1]:50000`.
        String peer();

        /// The request's head has come; the body's time begins.
        void headRead();

        /// Whether a request that is no probe may be answered. Only probes are, while requests under way take all
        /// connections.
        boolean hasPlace();

        /// The client has shown that it may come in. Until then it is a stranger, and is closed first when all
        /// connections are taken.
        void trust();

        /// The request has come whole; what comes next is another one.
        void requestRead();

        /// Of what was read since the last [#handOver], only so many bytes are still held.
        void keep(long bytes);

        /// Does `write` while `bytes` of an answer wait for the client to take them. For any thread.
        ///
        /// @throws BodyBudget.FullException before anything is written, if clients are being sent too much
        void whileHeld(int bytes, Runnable write);

        /// What is held of the client's request, for the caller to give back.
        BodyBudget.Share handOver();

        /// The line now speaks another protocol, in messages: each may take the body's time to come,
        /// and between them the line may be silent for as long as it likes.
        void upgraded();

        /// Does `work`, and interrupts this thread when the client leaves meanwhile. The end of what the client
        /// sends counts as leaving.
        <T> T whileConnected(Supplier<T> work);

        /// Whether the client was seen leaving.
        boolean isGone();

        /// Reads and drops what the client is still sending, for a short time: a socket closed before that
        /// would take the answer back. None of it counts against the budget.
        void linger(Rest rest);

        /// Reads and drops, as a [Rest], what is left of a body in chunks.
        void dropChunks();
    }

    /// Reads what is still to come.
    @FunctionalInterface
    public interface Rest {
        void drop() throws IOException;
    }

    /// How long a client may take.
    ///
    /// @param firstByte from the connection, the handshake of TLS included, to the first byte of its first request
    /// @param idle from one request to the next
    /// @param head from the first byte of a request to the end of its head
    /// @param body from there to the end of its body, or from the first to the last byte of a message
    /// @param write to take what is written to it
    /// @param bodyBytes the most raw bytes that one request's body may bring, its framing included
    public record ClientTimeouts(
            Duration firstByte, Duration idle, Duration head, Duration body, Duration write, long bodyBytes) {}

    /// The request did not come in time.
    public static final class LateException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LateException() {
            super("the request took too long to come");
        }
    }

    /// More came than one request's body may bring.
    public static final class FloodException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FloodException() {
            super("the request's body is too large");
        }
    }

    /// The body's framing is not valid HTTP.
    public static final class MalformedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedException() {
            super("the body is not valid HTTP");
        }
    }

    /// Of one request.
    public static final int MOST_HEADERS = 100;

    private static final Duration TO_CLOSE = Duration.ofSeconds(1);

    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService rounds = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("keywheel-lines").factory());
    private final ClientTimeouts timeouts;
    private final BodyBudget bodyBudget;
    private final BodyBudget answerBudget;
    private final ConnectionSlots connectionSlots;

    /// @param most connections at once, beside those of [#mostSockets] that are kept for probes
    public ClientConnections(ClientTimeouts timeouts, BodyBudget bodyBudget, BodyBudget answerBudget, int most) {
        this.connectionSlots = new ConnectionSlots(most, System::nanoTime);
        this.bodyBudget = bodyBudget;
        this.answerBudget = answerBudget;
        this.timeouts = timeouts;
        long period = Math.clamp(timeouts.write().toMillis() / 4, 10, 1000);
        var _ = rounds.scheduleWithFixedDelay(this::cutTheLate, period, period, TimeUnit.MILLISECONDS);
    }

    /// How many sockets are open at most where so many connections may be: some more are for probes, and some are
    /// being closed.
    public static int mostSockets(int connections) {
        return connections + 2 * ConnectionSlots.SPARE;
    }

    /// The line that this thread serves.
    public static Line current() {
        return ClientConnection.CURRENT.get();
    }

    /// The line that Helidon's connection `context` belongs to.
    public static Line of(SocketContext context) {
        return ((TrackedContext) context).line();
    }

    /// Whether this thread waits for the first line of a request, or reads it.
    public static boolean isAtFirstLine() {
        return TrackedConnection.isAtFirstLine();
    }

    /// How many there are.
    public int count() {
        return open.size();
    }

    /// Helidon's HTTP/1.1, on lines.
    public ServerConnectionSelector over(Http1ConnectionSelector http) {
        return new ServerConnectionSelector() {
            @Override
            public int bytesToIdentifyConnection() {
                return http.bytesToIdentifyConnection();
            }

            @Override
            public Support supports(BufferData data) {
                return http.supports(data);
            }

            @Override
            public Set<String> supportedApplicationProtocols() {
                return http.supportedApplicationProtocols();
            }

            @Override
            public ServerConnection connection(ConnectionContext context) {
                var line = new ClientConnection(
                        context.serverSocket(), timeouts, bodyBudget, answerBudget, connectionSlots);
                return new TrackedConnection(http.connection(new TrackedContext(context, line)), line, open);
            }
        };
    }

    /// Returns when all are closed, or that takes too long.
    @Override
    public void close() {
        rounds.shutdownNow();
        boolean interrupted = Thread.interrupted();
        for (int cuts = 0; cuts < 2; cuts++) {
            long end = System.nanoTime() + TO_CLOSE.toNanos();
            for (Thread closing : open.stream().map(ClientConnection::cut).toList()) {
                interrupted |= await(closing, end);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether this thread was interrupted meanwhile.
    private static boolean await(Thread closing, long end) {
        try {
            closing.join(Duration.ofNanos(end - System.nanoTime()));
            return false;
        } catch (InterruptedException _) {
            return true;
        }
    }

    private void cutTheLate() {
        long now = System.nanoTime();
        for (ClientConnection line : open) {
            line.cutIfLate(now);
        }
    }
}
