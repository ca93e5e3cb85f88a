package io.keywheel.adapters.http.server;

import io.helidon.http.HttpPrologue;
import io.keywheel.adapters.http.connection.ClientConnection;
import java.util.regex.Pattern;

/// What was asked for, to the letter, and from where.
///
/// @param path without its query, in which a client may have written a secret; empty where none was asked for
/// @param peer the address and port of the other end of the line: the client, or what it came by
public record RequestLine(String method, String path, String peer) {

    private static final Pattern METHOD = Pattern.compile("[A-Z-]{1,20}");

    public static RequestLine by(HttpPrologue prologue) {
        return new RequestLine(
                prologue.method().text(),
                prologue.uriPath().rawPath(),
                ClientConnection.current().peer());
    }

    /// @param method as it stands in the first line of a request that was refused: one that is none may be
    ///     what is left of the body before
    /// @param target as it stands there. One that is no path may name a user and a password.
    public static RequestLine by(String method, String target) {
        String path = target.startsWith("/") ? target.split("[?#]", 2)[0] : "";
        String known = METHOD.matcher(method).matches() ? method : "";
        return new RequestLine(known, path, ClientConnection.current().peer());
    }
}
