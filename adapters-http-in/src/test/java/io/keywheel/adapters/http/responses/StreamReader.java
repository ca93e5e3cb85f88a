package io.keywheel.adapters.http.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.adapters.http.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads a stream strictly: one open item at a time, consecutive sequence numbers, and deltas that join to the final
/// texts of parts, items and response.
final class StreamReader {

    private static final JsonNode NONE = MissingNode.getInstance();

    private final List<JsonNode> events;
    private final List<JsonNode> items = new ArrayList<>();
    private final StringBuilder deltas = new StringBuilder();
    private JsonNode open = NONE;
    private @Nullable String done;
    private boolean partOpen;
    private boolean refuses;

    private StreamReader(List<JsonNode> events) {
        this.events = events;
    }

    /// The data of each event, whose name must be its type.
    static List<JsonNode> events(String stream) {
        assertTrue(stream.endsWith("\n\n"), stream);
        return Stream.of(stream.strip().split("\n\n", -1))
                .map(StreamReader::event)
                .toList();
    }

    private static JsonNode event(String lines) {
        String[] line = lines.split("\n", -1);
        assertEquals(2, line.length, lines);
        JsonNode data = TestServer.json(line[1].substring("data: ".length()));
        assertEquals("event: " + data.get("type").textValue(), line[0]);
        return data;
    }

    /// The response that the last event has.
    static JsonNode response(String stream) {
        return new StreamReader(events(stream)).read();
    }

    private JsonNode read() {
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").intValue());
        }
        assertEquals("response.created", type(events.get(0)));
        assertEquals("response.in_progress", type(events.get(1)));
        events.subList(2, events.size() - 1).forEach(this::accept);
        JsonNode last = events.getLast().get("response");
        assertEquals("response." + last.get("status").textValue(), type(events.getLast()));
        List<JsonNode> output = last.get("output").valueStream().toList();
        if (type(events.getLast()).equals("response.failed")) {
            int begun = items.size() + (open.equals(NONE) ? 0 : 1);
            assertEquals(begun, output.size(), "none that was not added");
        } else {
            assertEquals(NONE, open);
            assertEquals(items, output);
        }
        return last;
    }

    private static String type(JsonNode event) {
        return event.get("type").textValue();
    }

    private void accept(JsonNode event) {
        if (type(event).equals("response.output_item.added")) {
            assertEquals(NONE, open);
            open = event.get("item");
            assertTrue(content(open).asText().isEmpty());
            assertEquals(items.size(), event.get("output_index").intValue());
            return;
        }
        assertEquals(items.size(), event.get("output_index").intValue());
        if (!type(event).equals("response.output_item.done")) {
            assertEquals(open.get("id"), event.get("item_id"));
        }
        String own = "response." + contentEvents();
        switch (type(event).substring(type(event).lastIndexOf('.') + 1)) {
            case "added" -> {
                assertFalse(partOpen);
                partOpen = true;
                refuses = event.at("/part/type").textValue().equals("refusal");
                assertEquals("", event.get("part").get(contentField()).textValue());
            }
            case "delta" -> {
                assertEquals(own + ".delta", type(event));
                assertEquals(null, done);
                assertEquals(hasPart(), partOpen);
                assertFalse(event.get("delta").textValue().isEmpty());
                deltas.append(event.get("delta").textValue());
            }
            default -> end(event, own);
        }
    }

    private void end(JsonNode event, String own) {
        if (type(event).equals(own + ".done")) {
            done = event.get(contentField()).textValue();
            assertEquals(done, deltas.toString());
        } else if (type(event).equals("response.output_item.done")) {
            assertFalse(partOpen);
            JsonNode item = event.get("item");
            assertEquals(open.get("id"), item.get("id"));
            assertEquals(open.get("type"), item.get("type"));
            assertEquals(done, content(item).textValue());
            items.add(item);
            open = NONE;
            refuses = false;
            done = null;
            deltas.setLength(0);
        } else {
            assertTrue(partOpen, event::toString);
            partOpen = false;
            assertEquals(done, event.get("part").get(contentField()).textValue());
        }
    }

    private String itemType() {
        return open.get("type").textValue();
    }

    private boolean hasPart() {
        return itemType().equals("message") || itemType().equals("reasoning");
    }

    private String contentEvents() {
        return switch (itemType()) {
            case "reasoning" -> "reasoning_summary_text";
            case "message" -> refuses ? "refusal" : "output_text";
            case "function_call" -> "function_call_arguments";
            default -> "custom_tool_call_input";
        };
    }

    private String contentField() {
        return switch (itemType()) {
            case "function_call" -> "arguments";
            case "custom_tool_call" -> "input";
            default -> refuses ? "refusal" : "text";
        };
    }

    private JsonNode content(JsonNode item) {
        return switch (itemType()) {
            case "reasoning" -> item.at("/summary/0/text");
            case "message" -> item.at("/content/0/" + contentField());
            case "tool_search_call" -> NONE;
            default -> item.get(contentField());
        };
    }
}
