package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Step.Part;

/// Server-sent events.
final class Events {

    static final Part DONE = new Part("data: [DONE]\n\n", false);

    private Events() {}

    static Part data(JsonNode json, boolean token) {
        return new Part("data: " + json + "\n\n", token);
    }
}
