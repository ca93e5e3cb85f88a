package io.keywheel.adapters.http.responses;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.request.JsonText;
import io.keywheel.fuzz.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whatever a client sends is a request or refused in a few words. How long the inputs are made: see [Fuzz].
class AnyResponsesRequestTest {

    private static final List<String> REQUESTS = List.of("""
            {"model": "auto", "stream": true, "instructions": "a", "input": [
               {"role": "user", "content": [{"type": "input_text", "text": "a"},
                 {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"}]},
               {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "b"}]},
               {"type": "function_call", "call_id": "c1", "name": "f", "namespace": "n", "arguments": "{}"},
               {"type": "custom_tool_call", "call_id": "c2", "name": "p", "input": "x"},
               {"type": "function_call_output", "call_id": "c1", "output": "y"}],
             "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}}""", """
            {"input": "a", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": true},
               {"type": "custom", "name": "p", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
               {"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f"}]}, {"type": "mcp"}],
             "tool_choice": {"type": "function", "name": "f"}, "max_output_tokens": 5, "reasoning": {"effort": "low"},
             "text": {"format": {"type": "json_schema", "name": "s", "schema": {"a": [1.10, 1e5]}}}, "store": false,
             "metadata": {"a": "b"}, "prompt_cache_key": "k"}""");

    @Test
    void a_request_is_read_or_refused() {
        Fuzz.run(REQUESTS, bytes -> {
            try {
                ResponsesRequest.read(JsonText.object(bytes));
            } catch (RefusedException e) {
                assertTrue(e.sentence().length() < 1_000, e.sentence());
                assertTrue(e.field() == null || e.sentence().startsWith(e.field() + " "), e.sentence());
            }
        });
    }
}
