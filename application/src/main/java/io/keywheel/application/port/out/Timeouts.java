package io.keywheel.application.port.out;

import java.time.Duration;

/// How long a provider may take. All are more than zero.
///
/// @param connect until the connection is made
/// @param firstToken until the first content of a stream, or the response of a call without one
/// @param idle between two chunks
public record Timeouts(Duration connect, Duration firstToken, Duration idle) {}
