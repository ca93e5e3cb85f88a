package io.keywheel.simulator.http;

import java.util.Map;

/// A request as it was read.
///
/// @param path without a query
/// @param headers by lower-case name; the values of a repeated one are joined by a comma
/// @param keepAlive whether the client wants to use the connection again
/// @param chunks whether the client understands chunked bodies
public record HttpRequest(
        String method, String path, Map<String, String> headers, String body, boolean keepAlive, boolean chunks) {

    /// Empty when there is none.
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /// Empty when there is none.
    public String bearer() {
        var authorization = header("authorization");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "";
    }
}
