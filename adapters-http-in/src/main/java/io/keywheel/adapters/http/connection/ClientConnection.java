package io.keywheel.adapters.http.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.keywheel.adapters.http.connection.ClientConnections.ClientTimeouts;
import io.keywheel.adapters.http.connection.ClientConnections.Line;
import io.keywheel.adapters.http.connection.ClientConnections.Rest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client's socket. All but [#cutIfLate] and [#cut] are for the thread that serves the client; [#write] is
/// for writing threads, one at a time.
final class ClientConnection implements Line {

    static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    private static final Duration LINGERING = Duration.ofSeconds(2);
    private static final long LEAST_TO_HEAR_OUT = 1 << 20;

    /// `0` and two ends of lines: with them a body in chunks ends, as a rule.
    private static final long LAST_CHUNK = 0x30_0d0a_0d0aL;

    private static final Duration TO_SAY_GOODBYE = Duration.ofSeconds(1);

    private final HelidonSocket socket;
    private final String peer;
    private final ClientTimeouts timeouts;
    private final ConnectionSlots.Place place;
    private final BodyBudget answerBudget;
    private final ConnectionReader connectionReader;
    private final StrictChunkReader reader;
    private final Stopwatch writing = new Stopwatch();
    private volatile @Nullable Thread writer;
    private @Nullable Thread closing;
    private boolean gone;

    ClientConnection(
            HelidonSocket socket,
            ClientTimeouts timeouts,
            BodyBudget bodyBudget,
            BodyBudget answerBudget,
            ConnectionSlots connectionSlots) {
        this.answerBudget = answerBudget;
        this.socket = socket;
        SocketAddress address = socket.remotePeer().address();
        this.peer = Peer.written(address);
        this.place = connectionSlots.place(Peer.counted(address), this::giveWay);
        this.timeouts = timeouts;
        this.connectionReader = new ConnectionReader(socket, timeouts, bodyBudget, place);
        this.reader = new StrictChunkReader(connectionReader::read, connectionReader::isInBody);
    }

    @Override
    public String peer() {
        return peer;
    }

    StrictChunkReader reader() {
        return reader;
    }

    void write(Runnable work) {
        writing.start(System.nanoTime() + timeouts.write().toNanos());
        writer = Thread.currentThread();
        try {
            work.run();
        } finally {
            writer = null;
            writing.stop();
        }
    }

    @Override
    public void whileHeld(int bytes, Runnable write) {
        answerBudget.whileHeld(bytes, write);
    }

    @Override
    public void headRead() {
        connectionReader.expectBody(timeouts.body(), timeouts.bodyBytes());
    }

    /// The client was accepted.
    void begin() {
        place.take();
    }

    @Override
    public boolean hasPlace() {
        return place.isForAll();
    }

    @Override
    public void trust() {
        place.trust();
    }

    @Override
    public void requestRead() {
        connectionReader.expectRequest();
        place.rest();
    }

    @Override
    public void upgraded() {
        connectionReader.expectAnything();
    }

    @Override
    public <T> T whileConnected(Supplier<T> work) {
        DisconnectWatcher watch = connectionReader.ahead();
        watch.watchFor(Thread.currentThread());
        try {
            return work.get();
        } finally {
            gone = watch.release();
        }
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    @Override
    public void linger(Rest rest) {
        connectionReader.expectDropped(LINGERING, Math.max(timeouts.bodyBytes(), LEAST_TO_HEAR_OUT));
        try {
            rest.drop();
        } catch (IOException | RuntimeException e) {
            throw new CloseConnectionException("the client has left, or sends more than we want to hear", e);
        }
    }

    /// Helidon would gather each chunk as a whole before it can be dropped.
    @Override
    public void dropChunks() {
        long end = 0;
        while (end != LAST_CHUNK) {
            byte[] bytes = reader.readBuffer().readBytes();
            for (int i = Math.max(0, bytes.length - 5); i < bytes.length; i++) {
                end = ((end << 8) | (bytes[i] & 0xff)) & 0xff_ffff_ffffL;
            }
        }
    }

    @Override
    public void keep(long bytes) {
        connectionReader.keep(bytes);
    }

    @Override
    public BodyBudget.Share handOver() {
        return connectionReader.handOver();
    }

    private void giveWay() {
        connectionReader.ahead().giveUp();
        var _ = cut();
    }

    void cutIfLate(long now) {
        if (writing.isOver(now)) {
            cut();
        }
    }

    /// A channel is closed when a thread is interrupted that waits for it. By itself, TLS would wait for that
    /// thread, to send a close frame after it. During a handshake the reading thread writes, too: interrupted only
    /// if the first cut has not been enough.
    ///
    /// @return who closes the socket, which may take time
    synchronized Thread cut() {
        Thread waiting = writer;
        if (waiting != null) {
            waiting.interrupt();
        }
        Thread thread = closing;
        if (thread != null && thread.isAlive()) {
            connectionReader.ahead().interrupt();
        } else {
            thread = Thread.ofVirtual().name("keywheel-close").start(this::close);
            closing = thread;
        }
        return thread;
    }

    private void close() {
        try {
            socket.close();
        } catch (UncheckedIOException _) {
            // The other side was faster: there is nothing left to cut.
        }
    }

    /// The thread that serves the client ends with the line. It is about to say goodbye, and counts as a connection
    /// no more: a thread that keeps it from that lets go, at once where nothing was said that could get lost.
    void end() {
        place.leave();
        DisconnectWatcher ahead = connectionReader.ahead();
        if (!ahead.hasBegun()) {
            ahead.interrupt();
        }
        Thread serving = Thread.currentThread();
        Thread.ofVirtual().name("keywheel-end").start(() -> {
            try {
                if (!serving.join(TO_SAY_GOODBYE)) {
                    serving.interrupt();
                }
                ahead.interrupt();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
