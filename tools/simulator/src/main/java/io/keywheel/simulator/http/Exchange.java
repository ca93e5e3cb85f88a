package io.keywheel.simulator.http;

/// The outcome of one request so far. Written by its connection's thread, read by any thread.
public final class Exchange {

    /// 0 until a status line was written.
    public volatile int status;

    public volatile boolean finished;
    public volatile boolean clientLeft;
}
