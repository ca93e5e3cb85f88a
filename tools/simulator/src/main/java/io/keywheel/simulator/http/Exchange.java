package io.keywheel.simulator.http;

/// A request, and the outcome of its answer so far. Written by its connection's thread, read by any thread.
public final class Exchange {

    public final HttpRequest request;

    /// 0 until a status line was written.
    public volatile int status;

    public volatile boolean clientLeft;

    Exchange(HttpRequest request) {
        this.request = request;
    }
}
