package io.keywheel.adapters.http.responses;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.TestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a stream strictly: consecutive sequence numbers, one item after the other, and deltas that join to the final
/// texts of parts, items and response.
final class StreamReader {

    private StreamReader() {}

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

    static JsonNode response(String stream) {
        List<JsonNode> events = events(stream);
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").intValue());
        }
        JsonNode response = events.getLast().get("response");
        List<JsonNode> output = response.get("output").valueStream().toList();
        var ofItems = events.subList(2, events.size() - 1).stream()
                .collect(groupingBy(event -> event.get("output_index").intValue(), LinkedHashMap::new, toList()));

        assertEquals("created in_progress", types(events.subList(0, 2)));
        assertEquals(response.get("status").textValue(), types(events.subList(events.size() - 1, events.size())));
        assertEquals(
                events.subList(2, events.size() - 1),
                ofItems.values().stream().flatMap(List::stream).toList(),
                "one item after the other");
        assertEquals(output.size(), ofItems.size());
        for (int i = 0; i < output.size(); i++) {
            boolean mayBeOpen = types(events).endsWith("failed") && i == output.size() - 1;
            assertItem(output.get(i), Objects.requireNonNull(ofItems.get(i)), mayBeOpen);
        }
        return response;
    }

    private static void assertItem(JsonNode item, List<JsonNode> events, boolean mayBeOpen) {
        var matcher = Pattern.compile(grammar(item)).matcher(types(events));
        boolean isClosed = matcher.matches();
        assertTrue(isClosed || (mayBeOpen && matcher.hitEnd()), () -> types(events) + " for " + item);
        String field = contentField(item);
        String deltas =
                events.stream().map(event -> event.path("delta").asText()).collect(joining());
        assertTrue(field.isEmpty() || deltas.equals(content(item).asText()), () -> deltas + " for " + item);
        for (JsonNode event : events) {
            if (event.has("item")) {
                assertEquals(item.get("id"), event.at("/item/id"));
            } else {
                String type = event.get("type").textValue();
                JsonNode content = (event.has("part") ? event.get("part") : event).path(field);
                assertEquals(item.get("id"), event.get("item_id"));
                assertEquals(type.endsWith(".done") ? deltas : "", content.asText());
                assertFalse(
                        type.endsWith(".delta") && event.get("delta").asText().isEmpty());
            }
        }
        JsonNode added = events.getFirst().get("item");
        assertEquals(item.get("type"), added.get("type"));
        assertEquals("", content(added).asText());
        if (isClosed) {
            assertEquals(item, events.getLast().get("item"));
        }
    }

    /// The types without their common prefix.
    private static String types(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.get("type").textValue().substring("response.".length()))
                .collect(joining(" "));
    }

    private static String grammar(JsonNode item) {
        String text = "%s.added (%s.delta )*%2$s.done %1$s.done ";
        String call = "(%s.delta )*%1$s.done ";
        String content = switch (item.get("type").textValue()) {
            case "reasoning" -> text.formatted("reasoning_summary_part", "reasoning_summary_text");
            case "message" ->
                text.formatted("content_part", contentField(item).equals("refusal") ? "refusal" : "output_text");
            case "function_call" -> call.formatted("function_call_arguments");
            case "custom_tool_call" -> call.formatted("custom_tool_call_input");
            default -> "";
        };
        return "output_item.added " + content + "output_item.done";
    }

    /// The field with the content; empty for a tool search, whose arguments are not sent in pieces.
    private static String contentField(JsonNode item) {
        return switch (item.get("type").textValue()) {
            case "function_call" -> "arguments";
            case "custom_tool_call" -> "input";
            case "tool_search_call" -> "";
            default -> item.at("/content/0").has("refusal") ? "refusal" : "text";
        };
    }

    private static JsonNode content(JsonNode item) {
        String field = contentField(item);
        return switch (item.get("type").textValue()) {
            case "reasoning" -> item.at("/summary/0/" + field);
            case "message" -> item.at("/content/0/" + field);
            default -> item.path(field);
        };
    }
}
