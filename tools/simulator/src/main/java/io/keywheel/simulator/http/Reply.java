package io.keywheel.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.http.Step.Framing;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Stop;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers in one piece.
public final class Reply {

    private Reply() {}

    /// JSON.
    public static List<Step> json(int status, Map<String, String> headers, JsonNode body) {
        return text(status, "application/json", headers, body.toString());
    }

    /// Any text; an empty one has no body at all.
    public static List<Step> text(int status, String contentType, Map<String, String> headers, String body) {
        var size = Integer.toString(body.getBytes(StandardCharsets.UTF_8).length);
        var all = merged(merged(Map.of("content-type", contentType), headers), Map.of("content-length", size));
        var head = new Head(status, all, Framing.SIZED);
        return body.isEmpty() ? List.of(head, Stop.END) : List.of(head, new Part(body, false), Stop.END);
    }

    /// Both, the second before the first.
    public static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        var all = new LinkedHashMap<>(first);
        all.putAll(second);
        return all;
    }
}
