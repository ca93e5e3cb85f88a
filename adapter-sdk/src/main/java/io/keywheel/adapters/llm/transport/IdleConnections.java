package io.keywheel.adapters.llm.transport;

import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

/// An upper bound of the idle connections of the JDK's client.
///
/// This class has no reference to the client. A closed client's thread still refers to the last answer of each idle
/// connection, and each answer to this object. With a reference back, the client could not be garbage-collected.
final class IdleConnections {

    private final AtomicInteger count = new AtomicInteger();
    private volatile long lastEnd = System.nanoTime();

    /// Counts one connection less. Returns whether there may have been one.
    boolean take() {
        return count.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    /// Counts the connection of an answer that has ended, unless it cannot be used again.
    void add(HttpResponse.ResponseInfo head) {
        lastEnd = System.nanoTime();
        var headers = head.headers();
        boolean delimited = headers.firstValue("content-length").isPresent()
                || headers.firstValue("transfer-encoding").isPresent();
        if (delimited && !headers.firstValue("connection").orElse("").equalsIgnoreCase("close")) {
            count.incrementAndGet();
        }
    }

    /// When the latest answer ended, in [System#nanoTime].
    long lastEnd() {
        return lastEnd;
    }
}
