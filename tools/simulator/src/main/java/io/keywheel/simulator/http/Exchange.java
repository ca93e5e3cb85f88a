package io.keywheel.simulator.http;

import java.util.Locale;
import java.util.Map;

/// A request, and the outcome of its answer so far. Written by its connection's thread, read by any thread.
public final class Exchange {

    public final String method;

    /// Without a query.
    public final String path;

    /// By lower-case name; repeated headers are joined by a comma.
    public final Map<String, String> headers;

    public final String body;

    /// 0 until a status line was written.
    public volatile int status;

    public volatile boolean clientLeft;

    Exchange(String method, String path, Map<String, String> headers, String body) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.body = body;
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public String bearer() {
        var authorization = header("authorization");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "";
    }

    boolean keepAlive() {
        return !header("connection").toLowerCase(Locale.ROOT).contains("close");
    }
}
