package io.keywheel.application.assembly;

import java.time.Duration;

/// How much is done for one request.
///
/// @param maxAttempts the most upstream attempts; 0 for as many as there are ready keys
/// @param maxWait how long it may wait for a cooling key when none is ready; zero for not at all
/// @param requestTimeout the whole of it, with all its attempts; more than zero
public record Limits(int maxAttempts, Duration maxWait, Duration requestTimeout) {}
