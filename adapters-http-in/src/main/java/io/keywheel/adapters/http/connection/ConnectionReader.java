package io.keywheel.adapters.http.connection;

import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.time.Duration;
import java.util.Arrays;

/// Reads a client's bytes within the timeout of each phase. Confined to the thread that serves the client.
final class ConnectionReader {

    private static final Duration FOREVER = Duration.ofDays(365);

    /// The most bytes that one wait is for. Each wait costs a thread and two switches, and the socket returns at most
    /// 8 KiB.
    private static final int MOST_AWAITED = 32 << 10;

    /// How many bytes the first wait is for: fewer, because they count before they arrive.
    private static final int FIRST_AWAITED = 4 << 10;

    /// In bytes of memory, several times that of a usual head. A client may send it byte by byte.
    private static final int MOST_HEAD_MEMORY = 32 << 10;

    /// Measured: Helidon holds a head as bytes and as texts.
    private static final int HEAD_COPIES = 3;

    /// Some clients send it after a body. It begins no request.
    private static final byte[] EMPTY_LINE = {'\r', '\n'};

    private enum Phase {
        IDLE,
        HEAD,
        BODY,
        DROPPED,
        UPGRADED
    }

    private final DisconnectWatcher disconnectWatcher;
    private final ClientTimeouts timeouts;
    private Phase phase = Phase.IDLE;
    private long phaseDeadline;
    private long bytesAllowed;
    private int headMemory;

    /// How many bytes of the body are certain to arrive; 0 or less if unknown.
    private long bodyBytesRemaining;

    private int bodyBytesArrived;

    /// The part of the share that is for the request's head.
    private int headShare;

    private final ByteBudget bodyBudget;
    private final ConnectionSlots.Slot slot;
    private Duration firstByteTimeout;
    private ByteBudget.Share share;

    ConnectionReader(
            DisconnectWatcher disconnectWatcher,
            ClientTimeouts timeouts,
            ByteBudget bodyBudget,
            ConnectionSlots.Slot slot) {
        this.slot = slot;
        this.firstByteTimeout = timeouts.firstByte();
        this.bodyBudget = bodyBudget;
        this.share = bodyBudget.share();
        this.disconnectWatcher = disconnectWatcher;
        this.timeouts = timeouts;
    }

    void expectBody(Duration time, long bytes) {
        expect(Phase.BODY, time, bytes);
    }

    /// From now until [#releaseHead], the request's head counts, too.
    ///
    /// @param bytes how many bytes of the body have not arrived
    /// @param arrived how many have arrived with the head
    void expectBytes(long bytes, int arrived) {
        bodyBytesRemaining = bytes;
        bodyBytesArrived = arrived;
        int head = HEAD_COPIES * Math.max(0, headMemory - arrived);
        share.reserve(head);
        headShare = head;
    }

    /// The limit of chats bounds the heads of requests that have arrived.
    void releaseHead() {
        share.shrinkTo(Math.max(0, share.bytes() - headShare));
        headShare = 0;
    }

    /// The next bytes are dropped as they arrive, so they do not count against the budget.
    void expectDropped(Duration time, long bytes) {
        expect(Phase.DROPPED, time, bytes);
        shrinkShareTo(0);
    }

    private void expect(Phase next, Duration time, long bytes) {
        phase = next;
        phaseDeadline = deadlineAfter(time);
        bytesAllowed = bytes;
        bodyBytesRemaining = 0;
        bodyBytesArrived = 0;
    }

    boolean isInBody() {
        return phase == Phase.BODY;
    }

    void expectRequest() {
        phase = Phase.IDLE;
        shrinkShareTo(0);
    }

    /// @param arrived how many bytes of the message have arrived
    void expectMessage(int arrived) {
        expect(Phase.UPGRADED, timeouts.body(), Long.MAX_VALUE);
        shrinkShareTo(0);
        share.reserve(arrived);
    }

    /// @throws ServerConnectionException at the end of the connection
    byte[] read() {
        return switch (phase) {
            case IDLE -> readFirstBytes();
            case HEAD -> readHead();
            case BODY -> readCountedBody();
            case DROPPED -> readBody(1);
            case UPGRADED -> reserved(readMessage());
        };
    }

    /// Counts the bytes before they arrive: many slow clients could hold almost as many. Waits for as many as have
    /// arrived, so that a client without a byte takes little of the budget.
    private byte[] readCountedBody() {
        int most = Math.clamp(bodyBytesArrived, FIRST_AWAITED, MOST_AWAITED);
        int awaited = Math.clamp(bodyBytesRemaining, 1, most);
        long held = share.bytes();
        share.reserve(awaited);
        byte[] bytes = readBody(awaited);
        share.shrinkTo(held);
        return reserved(bytes);
    }

    private byte[] readBody(int awaited) {
        byte[] bytes = disconnectWatcher.take(phaseDeadline, awaited);
        bytesAllowed -= bytes.length;
        bodyBytesRemaining -= bytes.length;
        bodyBytesArrived += bytes.length;
        if (bytesAllowed < 0) {
            throw new RefusedException(HttpError.BODY_TOO_LARGE, "the body is too large with its framing");
        }
        return bytes;
    }

    private byte[] reserved(byte[] bytes) {
        share.reserve(DisconnectWatcher.memory(bytes));
        return bytes;
    }

    void shrinkShareTo(long bytes) {
        share.shrinkTo(bytes);
        headShare = 0;
    }

    ByteBudget.Share transferShare() {
        releaseHead();
        ByteBudget.Share held = share;
        share = bodyBudget.share();
        return held;
    }

    private byte[] readFirstBytes() {
        try {
            byte[] bytes = disconnectWatcher.readInline(deadlineAfter(firstByteTimeout));
            slot.touch();
            firstByteTimeout = timeouts.idle();
            phase = Arrays.equals(bytes, EMPTY_LINE) ? Phase.IDLE : Phase.HEAD;
            headMemory = DisconnectWatcher.memory(bytes);
            phaseDeadline = deadlineAfter(timeouts.head());
            return bytes;
        } catch (RefusedException e) {
            throw new CloseConnectionException("the client sends no more requests", e);
        }
    }

    private byte[] readHead() {
        try {
            byte[] bytes = disconnectWatcher.take(phaseDeadline, 1);
            headMemory += DisconnectWatcher.memory(bytes);
            if (headMemory > MOST_HEAD_MEMORY) {
                throw StrictChunkReader.refusedHead(StrictChunkReader.TOO_LARGE, "the head came in too many reads");
            }
            return bytes;
        } catch (RefusedException _) {
            throw StrictChunkReader.refusedHead(Status.REQUEST_TIMEOUT_408, "the head did not arrive in time");
        }
    }

    /// While no message has begun, the client may be idle. A message that has begun has a deadline.
    private byte[] readMessage() {
        if (share.bytes() > 0) {
            return disconnectWatcher.take(phaseDeadline, 1);
        }
        byte[] bytes = disconnectWatcher.readInline(deadlineAfter(FOREVER));
        slot.touch();
        phaseDeadline = deadlineAfter(timeouts.body());
        return bytes;
    }

    private static long deadlineAfter(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
