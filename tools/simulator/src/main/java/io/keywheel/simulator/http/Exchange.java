package io.keywheel.simulator.http;

/// A request, and the outcome of its answer so far. Written by its connection's thread, read by any thread.
public final class Exchange {

    /// The connection's number.
    public final long connection;

    public final HttpRequest request;

    /// 0 until a status line was written.
    public volatile int status;

    public volatile boolean finished;
    public volatile boolean clientLeft;

    Exchange(long connection, HttpRequest request) {
        this.connection = connection;
        this.request = request;
    }
}
