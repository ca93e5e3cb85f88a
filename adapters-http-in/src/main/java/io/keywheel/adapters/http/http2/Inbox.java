package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.budget.Budget;
import java.io.ByteArrayOutputStream;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What a client has sent on a stream, until it is read there.
final class Inbox {

    private static final int WINDOW = 65_535;

    private final Budget.Share share;
    private final IntConsumer widen;
    private ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int window = WINDOW;
    private boolean closed;

    /// @param widen is told how much more the client may send
    Inbox(Budget.Share share, IntConsumer widen) {
        this.share = share;
        this.widen = widen;
    }

    /// Takes off the window what the client has sent.
    ///
    /// @throws BrokenStreamException if it was not allowed so much
    synchronized void charge(int bytes) {
        window -= bytes;
        if (window < 0) {
            throw new BrokenStreamException(ErrorCode.FLOW_CONTROL_ERROR, "more than the window");
        }
    }

    /// @throws BrokenStreamException if there is no room
    synchronized void add(byte[] bytes) {
        if (closed) {
            return;
        }
        try {
            share.add(bytes.length);
        } catch (Budget.FullException _) {
            throw BrokenStreamException.noRoom(ErrorCode.ENHANCE_YOUR_CALM, "no room for what the client sends");
        }
        held.writeBytes(bytes);
        notifyAll();
    }

    /// What came; null once the client has left.
    synchronized byte @Nullable [] take() {
        try {
            while (held.size() == 0 && !closed) {
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
        if (closed) {
            return null;
        }
        byte[] all = drop();
        int missing = WINDOW - window;
        if (missing > WINDOW / 2) {
            window = WINDOW;
            widen.accept(missing);
        }
        return all;
    }

    private byte[] drop() {
        byte[] all = held.toByteArray();
        held = new ByteArrayOutputStream();
        share.close();
        return all;
    }

    /// Nothing more comes, and what came is of no use.
    synchronized void close() {
        closed = true;
        drop();
        notifyAll();
    }
}
