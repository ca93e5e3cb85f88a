package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.budget.Budget;
import java.nio.charset.StandardCharsets;

/// One request and its answer. What the client sends is told by the connection's thread; one
/// other thread serves it.
final class Http2Stream {

    private final int id;
    private final Outlet outlet;
    private final Windows.Window window;
    private final Inbox inbox;
    private final RequestBody body;
    private final AnswerFrames answer;
    private volatile boolean isRequestWhole;
    private volatile boolean isGone;

    /// @param share for what of the request is held
    Http2Stream(int id, Outlet outlet, Windows windows, RequestHead.Request request, Budget.Share share) {
        this.id = id;
        this.outlet = outlet;
        this.window = windows.open();
        this.inbox = new Inbox(share, this::widen);
        this.body = request.body();
        this.answer = new AnswerFrames(windows, window, id, request.method().equals("HEAD"));
    }

    /// The client has sent the head of the request, and maybe all of it.
    void begin(String head, boolean ends) {
        isRequestWhole = ends;
        inbox.add(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    int id() {
        return id;
    }

    Inbox inbox() {
        return inbox;
    }

    AnswerFrames answer() {
        return answer;
    }

    Windows.Window window() {
        return window;
    }

    /// Whether nobody is there for it any more.
    boolean isGone() {
        return isGone;
    }

    private void widen(int bytes) {
        if (!isRequestWhole) {
            outlet.put(Frame.windowUpdate(id, bytes));
        }
    }

    /// The client has sent a piece of the body.
    ///
    /// @param bytes with its padding
    void data(byte[] data, int bytes, boolean ends) {
        if (isRequestWhole) {
            throw new BrokenStreamException(ErrorCode.STREAM_CLOSED, "more than the request");
        }
        inbox.charge(bytes);
        if (data.length > 0) {
            inbox.add(body.piece(data));
        }
        if (ends) {
            end();
        }
    }

    /// The client has sent all of the request.
    void end() {
        if (isRequestWhole) {
            throw new BrokenStreamException(ErrorCode.STREAM_CLOSED, "more than the request");
        }
        isRequestWhole = true;
        inbox.add(body.end());
    }

    /// The client has left it.
    void leave() {
        isGone = true;
        window.close();
        inbox.close();
    }

    /// Ends it, whatever is still to come.
    void reset(ErrorCode code) {
        if (!isGone) {
            leave();
            outlet.put(Frame.reset(id, code));
        }
    }

    /// The client has left its answer lying.
    void cut() {
        if (!isGone) {
            window.unread();
        }
        reset(ErrorCode.INTERNAL_ERROR);
    }

    /// Nobody serves it any more.
    void served() {
        if (!answer.isWhole()) {
            reset(ErrorCode.INTERNAL_ERROR);
        } else if (!isRequestWhole) {
            reset(ErrorCode.NO_ERROR);
        } else {
            leave();
        }
    }
}
