package io.keywheel.adapters.http.connection;

import java.time.Duration;

/// How long a client may take.
///
/// @param firstByte from the connection, the handshake of TLS included, to the first byte of its first request
/// @param idle from one request to the next
/// @param head from the first byte of a request to the end of its head
/// @param body from there to the end of its body, or from the first to the last byte of a message
/// @param write to take what is written to it
public record ClientTimeouts(Duration firstByte, Duration idle, Duration head, Duration body, Duration write) {}
