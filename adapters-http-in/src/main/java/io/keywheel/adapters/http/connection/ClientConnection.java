package io.keywheel.adapters.http.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.connection.TrackedContext.TimedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client's socket, from its first byte to its last.
///
/// Unless a method says otherwise, it is for the thread that serves the client.
public final class ClientConnection implements ServerConnection, InterruptableTask<Void> {

    private static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    /// Reads what is still to come.
    @FunctionalInterface
    public interface Rest {
        void drop() throws IOException;
    }

    private static final Duration LINGERING = Duration.ofSeconds(2);
    private static final long LEAST_DROPPED = 1 << 20;

    /// `0` and two ends of lines: with them a body in chunks ends, as a rule.
    private static final long LAST_CHUNK = 0x30_0d0a_0d0aL;

    private static final Duration TO_CLOSE = Duration.ofSeconds(1);

    /// That nothing is being written.
    private static final long NEVER = Long.MIN_VALUE;

    private final HelidonSocket socket;
    private final ServerConnection http;
    private final String peer;
    private final ClientConnections all;
    private final ConnectionSlots.Place place;
    private final ConnectionReader connectionReader;
    private final DisconnectWatcher ahead;
    private final StrictChunkReader reader;
    private volatile long writeEnds = NEVER;
    private volatile @Nullable Thread writer;
    private @Nullable Thread closing;
    private boolean gone;

    ClientConnection(ConnectionContext context, Http1ConnectionSelector selector, ClientConnections all) {
        this.all = all;
        this.socket = context.serverSocket();
        SocketAddress address = socket.remotePeer().address();
        this.peer = Peer.written(address);
        this.place = all.connectionSlots.place(Peer.counted(address), this::giveWay);
        this.ahead = new DisconnectWatcher(socket);
        this.connectionReader = new ConnectionReader(ahead, all.timeouts, all.bodyBudget, place);
        this.reader = new StrictChunkReader(connectionReader::read, connectionReader::isInBody);
        this.http =
                selector.connection(new TrackedContext(context, reader, new TimedWriter(context.dataWriter(), this)));
    }

    /// The connection that this thread serves.
    public static ClientConnection current() {
        return CURRENT.get();
    }

    /// Whether this thread waits for the first line of a request, or reads it.
    public static boolean isAtFirstLine() {
        return CURRENT.isBound() && CURRENT.get().canInterrupt();
    }

    /// The address and port of the other end, as `192.0.2.1:50000` or `[2001:db8::1]:50000`.
    public String peer() {
        return peer;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        try {
            place.take();
            all.open.add(this);
            ScopedValue.where(CURRENT, this).call(() -> {
                http.handle(limit);
                return true;
            });
        } finally {
            all.open.remove(this);
            handOver().close();
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

    /// Helidon asks before it interrupts a connection that waits for its next request.
    @Override
    public boolean canInterrupt() {
        return http instanceof InterruptableTask<?> task && task.canInterrupt();
    }

    /// Does `work`, which writes. For writing threads, one at a time.
    void write(Runnable work) {
        writeEnds = System.nanoTime() + all.timeouts.write().toNanos();
        writer = Thread.currentThread();
        try {
            work.run();
        } finally {
            writer = null;
            writeEnds = NEVER;
        }
    }

    /// Does `write` while `bytes` of an answer wait for the client to take them. For any thread.
    ///
    /// @throws BodyBudget.FullException before anything is written, if clients are being sent too much
    public void whileHeld(int bytes, Runnable write) {
        all.answerBudget.whileHeld(bytes, write);
    }

    /// The request's head has come; the body's time begins.
    void headRead() {
        connectionReader.expectBody(all.timeouts.body(), all.mostBodyBytes);
    }

    /// Whether a request that is no probe may be answered. Only probes are, while requests under way take all
    /// connections.
    public boolean hasPlace() {
        return place.isForAll();
    }

    /// The client has shown that it may come in. Until then it is a stranger, and is closed first when all
    /// connections are taken.
    public void trust() {
        place.trust();
    }

    /// The request has been answered; what comes next is another one.
    public void expectRequest() {
        connectionReader.expectRequest();
        place.becomeIdle();
    }

    /// From now on the client speaks another protocol, in messages: each may take the body's time to come,
    /// and between them the client may be silent for as long as it likes.
    public void upgraded() {
        connectionReader.expectAnything();
    }

    /// Does `work`, and interrupts this thread when the client leaves meanwhile. The end of what the client
    /// sends counts as leaving.
    public <T> T whileConnected(Supplier<T> work) {
        ahead.watchFor(Thread.currentThread());
        try {
            return work.get();
        } finally {
            gone = ahead.release();
        }
    }

    public boolean isGone() {
        return gone;
    }

    /// Reads and drops what the client is still sending, for a short time: closing the socket earlier could discard
    /// the answer. None of it counts against the budget.
    public void linger(Rest rest) {
        connectionReader.expectDropped(LINGERING, Math.max(all.mostBodyBytes, LEAST_DROPPED));
        try {
            rest.drop();
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client has left, or sends too much", e);
        }
    }

    /// Reads and drops, as a [Rest], what is left of a body in chunks. Helidon would gather each chunk as a whole
    /// before it can be dropped.
    public void dropChunks() {
        long end = 0;
        while (end != LAST_CHUNK) {
            byte[] bytes = reader.readBuffer().readBytes();
            for (int i = Math.max(0, bytes.length - 5); i < bytes.length; i++) {
                end = ((end << 8) | (bytes[i] & 0xff)) & 0xff_ffff_ffffL;
            }
        }
    }

    /// Of what was read since the last [#handOver], only so many bytes are still held.
    public void keep(long bytes) {
        connectionReader.keep(bytes);
    }

    /// What is held of the client's request, for the caller to give back.
    public BodyBudget.Share handOver() {
        return connectionReader.handOver();
    }

    private void giveWay() {
        ahead.giveUp();
        var _ = cut();
    }

    /// Cuts a client that is late, and begins to watch one whose chat is under way. For any thread.
    void inspect(long now) {
        long end = writeEnds;
        if ((end != NEVER && end - now < 0) || ahead.isLate(now)) {
            cut();
        } else {
            ahead.watch();
        }
    }

    /// Closes the socket. Interrupting the writing thread closes its channel; without that, TLS would wait for the
    /// thread to send a close frame. The reading thread is interrupted only by a second cut, because it writes
    /// during a handshake. For any thread.
    ///
    /// @return who closes the socket, which may take time
    synchronized Thread cut() {
        Thread waiting = writer;
        if (waiting != null) {
            waiting.interrupt();
        }
        Thread thread = closing;
        if (thread != null && thread.isAlive()) {
            ahead.interrupt();
        } else {
            thread = Thread.ofVirtual().name("keywheel-close").start(this::closeSocket);
            closing = thread;
        }
        return thread;
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (UncheckedIOException _) {
            // The other side was faster: there is nothing left to cut.
        }
    }

    /// The serving thread is about to close the socket. Gives back the place, and calls off a read that would keep
    /// the thread from closing: at once if the client never sent anything, else after a second.
    private void end() {
        place.leave();
        if (!ahead.hasBegun()) {
            ahead.interrupt();
        }
        Thread serving = Thread.currentThread();
        Thread.ofVirtual().name("keywheel-end").start(() -> {
            try {
                if (!serving.join(TO_CLOSE)) {
                    serving.interrupt();
                }
                ahead.interrupt();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
