package io.keywheel.adapters.http;

import io.helidon.http.HttpPrologue;
import io.keywheel.adapters.http.line.Lines;

/// What was asked for, to the letter, and from where.
///
/// @param path without its query, in which a client may have written a secret; empty where none was asked for
/// @param peer the address and port of the other end of the line: the client, or what it came by
record Asked(String method, String path, String peer) {

    /// On a WebSocket, a message asks.
    static Asked onSocket(String peer) {
        return new Asked("WS", SocketDoor.PATH, peer);
    }

    static Asked by(HttpPrologue prologue) {
        return new Asked(
                prologue.method().text(),
                prologue.uriPath().rawPath(),
                Lines.current().peer());
    }

    /// @param target as it stands in the first line of a request. One that is no path may name a user and a
    ///     password.
    static Asked by(String method, String target) {
        String path = target.startsWith("/") ? target.replaceFirst("[?#].*", "") : "";
        return new Asked(method, path, Lines.current().peer());
    }
}
