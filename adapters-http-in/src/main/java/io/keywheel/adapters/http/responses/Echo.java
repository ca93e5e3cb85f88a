package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.request.Fields;
import io.keywheel.adapters.http.request.JsonText;
import io.keywheel.json.WrittenJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// The fields of a request that its answer repeats. OpenAI's SDKs require several of them.
final class Echo {

    /// Each field, and what it is where the request has none.
    private static final List<Map.Entry<String, String>> FIELDS =
            JsonText.object("""
            {"background":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},
             "parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,
             "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":null,"store":false,
             "temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":null,
             "top_p":null,"truncation":"disabled","user":null}""".getBytes(StandardCharsets.US_ASCII)).properties().stream()
                    .map(field -> Map.entry(field.getKey(), WrittenJson.text(field.getValue())))
                    .toList();

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
