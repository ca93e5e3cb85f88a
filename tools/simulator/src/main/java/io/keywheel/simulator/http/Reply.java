package io.keywheel.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Stop;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Creates whole answers.
public final class Reply {

    private Reply() {}

    public static List<Step> json(int status, Map<String, String> headers, JsonNode body) {
        return text(status, "application/json", headers, body.toString());
    }

    /// An answer with a text; an empty text creates no body.
    public static List<Step> text(int status, String contentType, Map<String, String> headers, String body) {
        var size = Integer.toString(body.getBytes(StandardCharsets.UTF_8).length);
        var all = merged(merged(Map.of("content-type", contentType), headers), Map.of("content-length", size));
        var head = new Head(status, all, false);
        return body.isEmpty() ? List.of(head, Stop.END) : List.of(head, new Part(body, false), Stop.END);
    }

    /// The union of both; values of `second` take precedence.
    public static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        var all = new LinkedHashMap<>(first);
        all.putAll(second);
        return all;
    }
}
