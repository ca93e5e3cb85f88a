package io.keywheel.adapters.http.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.connection.TrackedContext.TimedWriter;
import io.keywheel.adapters.http.errors.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client's socket.
///
/// Confined to the thread that serves the client, unless a method states otherwise.
public final class ClientConnection implements ServerConnection, InterruptableTask<Void> {

    private static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    /// Reads and drops the rest of a request body.
    @FunctionalInterface
    public interface Rest {
        void drop() throws IOException;

        /// Reads into 2 KiB, where `transferTo` would take 16: all connections may drop at the same time.
        static Rest of(InputStream body) {
            return () -> body.skip(Long.MAX_VALUE);
        }
    }

    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    private static final long LEAST_DROPPED_BYTES = 1 << 20;

    /// `0` and two line ends, which normally end a chunked body.
    private static final long LAST_CHUNK = 0x30_0d0a_0d0aL;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /// The value of `writeDeadline` while nothing is written, and of `closeDeadline` before the serving thread closes.
    private static final long NEVER = Long.MIN_VALUE;

    private final HelidonSocket socket;
    private final ServerConnection http;
    private final String peer;
    private final ClientConnections connections;
    private final ConnectionSlots.Slot slot;
    private final ConnectionReader connectionReader;
    private final DisconnectWatcher disconnectWatcher;
    private final StrictChunkReader reader;
    private volatile long writeDeadline = NEVER;
    private volatile @Nullable Thread writer;
    private volatile long closeDeadline = NEVER;

    /// The serving thread once it closes the socket.
    private volatile @Nullable Thread serving;

    private @Nullable Thread closer;
    private @Nullable HttpPrologue firstLine;
    private boolean gone;

    ClientConnection(ConnectionContext context, Http1ConnectionSelector selector, ClientConnections connections) {
        this.connections = connections;
        this.socket = context.serverSocket();
        var address = (InetSocketAddress) socket.remotePeer().address();
        this.peer = Peer.addressAndPort(address);
        this.slot = connections.connectionSlots.new Slot(Peer.countingKey(address.getAddress()), this::evict);
        this.disconnectWatcher = new DisconnectWatcher(socket);
        this.connectionReader =
                new ConnectionReader(disconnectWatcher, connections.timeouts, connections.bodyBudget, slot);
        this.reader = new StrictChunkReader(connectionReader::read, connectionReader::isInBody);
        this.http =
                selector.connection(new TrackedContext(context, reader, new TimedWriter(context.dataWriter(), this)));
    }

    public static ClientConnection current() {
        return CURRENT.get();
    }

    /// Whether this thread waits for the first line of a request, or reads it.
    public static boolean isAtFirstLine() {
        return CURRENT.get().canInterrupt();
    }

    /// Method and path of the current thread's request; empty while the thread still reads them.
    public static String firstLine() {
        HttpPrologue line = isAtFirstLine() ? null : CURRENT.get().firstLine;
        return line == null ? "" : line.method().text() + " " + line.uriPath().rawPath();
    }

    /// Reads the first `length` bytes of a first line that Helidon has refused because it is longer.
    public static String startOfFirstLine(int length) {
        return CURRENT.get().reader.readAsciiString(length);
    }

    /// The address and port of the other end, as `192.0.2.1:50000` or `[2001:db8::1]:50000`.
    public String peer() {
        return peer;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            connections.open.add(this);
            slot.acquire();
            ScopedValue.where(CURRENT, this).call(() -> {
                http.handle(limit);
                return true;
            });
        } finally {
            transferShare().close();
            end();
        }
    }

    @Override
    public Duration idleTime() {
        return http.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        http.close(interrupt);
    }

    /// Helidon calls this before it interrupts a connection that waits for its next request.
    @Override
    public boolean canInterrupt() {
        return http instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    /// Runs `work`, which writes, within the write timeout. For any thread, one at a time.
    void write(Runnable work) {
        writeDeadline = System.nanoTime() + connections.timeouts.write().toNanos();
        writer = Thread.currentThread();
        try {
            work.run();
        } finally {
            writer = null;
            writeDeadline = NEVER;
        }
    }

    /// Runs `write` while `bytes` count against the answer budget. Thread-safe.
    ///
    /// @throws RefusedException if the budget is exhausted; then nothing is written
    public void withinBudget(int bytes, Runnable write) {
        connections.answerBudget.withinBudget(bytes, write);
    }

    void firstLineRead(HttpPrologue line) {
        firstLine = line;
    }

    /// Starts the body timeout, after a request's head.
    void headRead() {
        connectionReader.expectBody(connections.timeouts.body(), connections.maxFramedBytes);
    }

    /// Called before a body is read in full: its bytes are awaited together, which is cheaper than piece by piece.
    public void expectWholeBody(long contentLength) {
        connectionReader.expectBytes(contentLength - reader.available(), reader.available());
    }

    /// Whether a request other than a health check may be answered: not while active requests take all connections.
    public boolean hasRegularSlot() {
        return slot.tryBecomeRegular();
    }

    /// Marks the client as known, after the access check. Strangers are closed first when connections run out.
    public void trust() {
        slot.trust();
    }

    /// Called when a request or a message that begins a chat has arrived in full. From then until the answer ends, the
    /// connection is not closed for a new one.
    public void becomeBusy() {
        connectionReader.releaseHead();
        slot.becomeBusy();
    }

    /// Called when the last chat of a WebSocket has ended. Thread-safe.
    public void becomeIdle() {
        slot.becomeIdle();
    }

    /// Called after a response: the next bytes are a new request.
    public void expectRequest() {
        connectionReader.expectRequest();
        slot.becomeIdle();
    }

    /// Called before each message of a WebSocket, which must arrive within the body timeout. Until it begins, the
    /// client may be silent without limit. Its first bytes may have come with those before it.
    public void expectMessage() {
        connectionReader.expectMessage(reader.available());
    }

    /// Runs `work`, and interrupts the current thread if the client disconnects meanwhile. A client that closes
    /// only its sending side counts as disconnected.
    public <T> T whileConnected(Supplier<T> work) {
        disconnectWatcher.watchFor(Thread.currentThread());
        try {
            return work.get();
        } finally {
            gone = disconnectWatcher.release();
        }
    }

    public boolean isGone() {
        return gone;
    }

    /// Reads and drops the client's remaining bytes for a short time: closing the socket earlier could discard the
    /// response. They do not count against the budget, but the request stays in memory, so only some connections
    /// linger at once.
    public void linger(Rest rest) {
        if (!connections.lingering.tryAcquire()) {
            throw new CloseConnectionException("too many connections linger");
        }
        connectionReader.expectDropped(LINGER_TIME, Math.max(connections.maxFramedBytes, LEAST_DROPPED_BYTES));
        try {
            rest.drop();
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client disconnected, or sends too much", e);
        } finally {
            connections.lingering.release();
        }
    }

    /// Reads and drops, as a [Rest], the remainder of a chunked body. Helidon would first buffer each chunk.
    public void dropChunks() {
        long end = 0;
        while (end != LAST_CHUNK) {
            byte[] bytes = reader.readBuffer().readBytes();
            for (int i = Math.max(0, bytes.length - 5); i < bytes.length; i++) {
                end = ((end << 8) | (bytes[i] & 0xff)) & 0xff_ffff_ffffL;
            }
        }
    }

    /// Reduces the bytes held since the last [#transferShare] to `bytes`.
    public void shrinkShareTo(long bytes) {
        connectionReader.shrinkShareTo(bytes);
    }

    /// Transfers the request's share of the budget to the caller, who must close it.
    public ByteBudget.Share transferShare() {
        return connectionReader.transferShare();
    }

    private void evict() {
        disconnectWatcher.evict();
        var _ = forceClose();
    }

    /// Ends a wait for a late client, and starts to watch for a disconnect during a chat. Thread-safe.
    ///
    /// @param lateBefore as [StarvationDetector#lateBefore]
    void inspect(@Nullable Long lateBefore) {
        if (lateBefore != null
                && (isLate(writeDeadline, lateBefore)
                        || isLate(closeDeadline, lateBefore)
                        || disconnectWatcher.expire(lateBefore))) {
            forceClose();
        }
        disconnectWatcher.readAhead();
    }

    private static boolean isLate(long deadline, long lateBefore) {
        return deadline != NEVER && deadline - lateBefore < 0;
    }

    /// Closes the socket. Interrupting the writing thread closes its channel; without that, TLS would wait for the
    /// thread to send a close frame. Only a second call interrupts the reading thread, because that one writes
    /// during a handshake. Thread-safe.
    ///
    /// @return the thread that closes the socket, which may take time
    synchronized Thread forceClose() {
        interrupt(writer);
        interrupt(serving);
        Thread thread = closer;
        if (thread != null && thread.isAlive()) {
            disconnectWatcher.interrupt();
        } else {
            thread = Thread.ofVirtual().name("keywheel-close").start(this::closeSocket);
            closer = thread;
        }
        return thread;
    }

    private static void interrupt(@Nullable Thread thread) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (UncheckedIOException _) {
            // The client was faster: the socket is already closed.
        }
    }

    /// Frees the slot, and closes the socket on the serving thread. Another thread would hold this connection's
    /// memory until it ran, while new connections take the slot. A read that blocks the close ends immediately if
    /// the client never sent a byte, else by [#inspect]: after a second, or later without a free processor.
    private void end() {
        slot.release();
        closeDeadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        serving = Thread.currentThread();
        if (!disconnectWatcher.hasReceived()) {
            disconnectWatcher.interrupt();
        }
        try {
            closeSocket();
        } finally {
            connections.open.remove(this);
        }
    }
}
