package io.keywheel.adapters.http.connection;

import java.time.Duration;

/// The timeouts of a client.
///
/// @param firstByte from accepting the connection, with the TLS handshake, to the first byte of the first request
/// @param idle from one request to the next
/// @param head from the first byte of a request to the end of its head
/// @param body from the end of the head to the end of the body, or from the first to the last byte of a message
/// @param write for the client to read the bytes of one write
public record ClientTimeouts(Duration firstByte, Duration idle, Duration head, Duration body, Duration write) {}
