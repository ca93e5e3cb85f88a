package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Step.Framing;
import io.keywheel.simulator.Step.Head;
import io.keywheel.simulator.Step.Part;
import io.keywheel.simulator.Step.Stop;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Answers in one piece.
final class Reply {

    private Reply() {}

    static List<Step> json(int status, Map<String, String> headers, JsonNode body) {
        return text(status, "application/json", headers, body.toString());
    }

    static List<Step> text(int status, String contentType, Map<String, String> headers, String body) {
        var all = new LinkedHashMap<String, String>();
        all.put("content-type", contentType);
        all.putAll(headers);
        all.put("content-length", Integer.toString(body.getBytes(StandardCharsets.UTF_8).length));
        var head = new Head(status, all, Framing.SIZED);
        return body.isEmpty() ? List.of(head, Stop.END) : List.of(head, new Part(body, false), Stop.END);
    }
}
