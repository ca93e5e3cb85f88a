package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/// A request the simulator was sent, and how it ended so far.
///
/// @param at when it was read, by the scenario's clock
/// @param connection a number per connection, so that reuse shows
/// @param key the key it carried, known or not; empty when none
/// @param path without the provider's own part: `/chat/completions`
/// @param headers by lower-case name
/// @param body a missing node when it was not JSON
/// @param text the body as it was written, so that a number that was changed on the way shows
public record Received(
        Instant at,
        long connection,
        Provider provider,
        String key,
        String method,
        String path,
        Map<String, String> headers,
        JsonNode body,
        String text,
        Outcome outcome) {

    /// How a request ended so far.
    ///
    /// @param status 0 while no status line was written
    /// @param finished whether the simulator did all it meant to do
    /// @param cutOffByClient whether the client left before that
    public record Outcome(int status, boolean finished, boolean cutOffByClient) {}

    /// Copies the headers.
    public Received {
        headers = Map.copyOf(headers);
    }

    /// The model asked for; empty when none was.
    public String model() {
        return body.path("model").asText("");
    }

    /// Whether a stream was asked for.
    public boolean stream() {
        return body.path("stream").asBoolean(false);
    }

    /// The `User-Agent`; empty when none was sent.
    public String userAgent() {
        return headers.getOrDefault("user-agent", "");
    }

    /// Whether the client left before the answer was complete; known at once while the simulator waits, else
    /// at its next write.
    public boolean cutOffByClient() {
        return outcome.cutOffByClient();
    }
}
