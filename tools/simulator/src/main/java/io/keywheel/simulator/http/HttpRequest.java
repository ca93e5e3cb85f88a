package io.keywheel.simulator.http;

import java.util.Map;

/// A parsed request.
///
/// @param path without a query
/// @param headers by lower-case name; repeated headers are joined by a comma
/// @param keepAlive whether the client keeps the connection open
public record HttpRequest(String method, String path, Map<String, String> headers, String body, boolean keepAlive) {

    /// Stands for a request that is not HTTP/1.1.
    static final HttpRequest UNREADABLE = new HttpRequest("", "", Map.of(), "", false);

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public String bearer() {
        var authorization = header("authorization");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "";
    }
}
