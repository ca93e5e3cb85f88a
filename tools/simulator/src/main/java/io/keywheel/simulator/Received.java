package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/// A request that the simulator received, and its outcome so far.
///
/// @param at when it was read, by the scenario's clock
/// @param key the request's key, known or not; empty if none
/// @param path without the provider's prefix: `/chat/completions`
/// @param headers by lower-case name
/// @param body a missing node if it is not JSON
/// @param text the raw body, which shows changed numbers
/// @param status 0 until a status line was written
/// @param cutOffByClient whether the client disconnected before the answer was complete. Detected immediately during a
///     wait, else at the next write
public record Received(
        Instant at,
        Provider provider,
        String key,
        String method,
        String path,
        Map<String, String> headers,
        JsonNode body,
        String text,
        int status,
        boolean cutOffByClient) {

    public Received {
        headers = Map.copyOf(headers);
    }
}
