package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.json.WrittenJson;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// The fields of a request that its answer repeats. OpenAI's SDKs require several of them.
final class Echo {

    /// Each field, and what it is where the request has none.
    private static final List<Map.Entry<String, String>> FIELDS = List.of(
            Map.entry("background", "false"),
            Map.entry("instructions", "null"),
            Map.entry("max_output_tokens", "null"),
            Map.entry("max_tool_calls", "null"),
            Map.entry("metadata", "{}"),
            Map.entry("parallel_tool_calls", "true"),
            Map.entry("previous_response_id", "null"),
            Map.entry("prompt_cache_key", "null"),
            Map.entry("reasoning", "{\"effort\":null,\"summary\":null}"),
            Map.entry("safety_identifier", "null"),
            Map.entry("service_tier", "null"),
            Map.entry("store", "false"),
            Map.entry("temperature", "null"),
            Map.entry("text", "{\"format\":{\"type\":\"text\"}}"),
            Map.entry("tool_choice", "\"auto\""),
            Map.entry("tools", "[]"),
            Map.entry("top_logprobs", "null"),
            Map.entry("top_p", "null"),
            Map.entry("truncation", "\"disabled\""),
            Map.entry("user", "null"));

    private Echo() {}

    /// The fields as they stand in an object, without its braces.
    static String of(Fields request) {
        request.inner("metadata");
        var echo = new StringJoiner(",");
        for (Map.Entry<String, String> field : FIELDS) {
            JsonNode value = request.value(field.getKey());
            echo.add('"' + field.getKey() + "\":" + (value == null ? field.getValue() : WrittenJson.text(value)));
        }
        return echo.toString();
    }
}
