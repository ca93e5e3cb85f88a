package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.chat.NativeChatParser;
import io.keywheel.adapters.http.request.Requests;
import io.keywheel.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random requests of the native and OpenAI's API.
class AnyRequestTest {

    private static final List<String> NATIVE =
            List.of("{\"messages\":[{\"role\":\"user\",\"content\":\"Hé\\n\\u00e9 😀\"}]}", """
            {"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": ""}],
             "system_prompt": "b", "provider": "groq", "model": "groq/openai/gpt-oss-20b", "fallback": false,
             "temperature": 0.70, "max_tokens": 100, "top_p": 1, "stop": ["a", "b"], "seed": -9007199254740993}""");

    private static final int FULL_BODY = 4 << 20;

    private static final List<String> OPEN_AI = List.of("""
            {"model": "auto", "stream": true, "stream_options": {"include_usage": true}, "n": 2, "seed": 7,
             "messages": [{"role": "user", "content": [{"type": "text", "text": "a"},
               {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}]}]}""", """
            {"messages": [{"role": "developer", "content": "a", "name": "n"},
               {"role": "assistant", "content": null, "tool_calls":
                 [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
               {"role": "tool", "tool_call_id": "c1", "content": "x"}],
             "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
             "tool_choice": {"type": "function", "function": {"name": "f"}}, "max_completion_tokens": 5,
             "metadata": {"a": [1.10, 1e5, 123456789012345678901234567890]}, "stop": "x", "top_p": 0.5}""");

    @Test
    void random_native_request_is_read_or_refused() {
        Requests.assertReadOrRefused(NATIVE, NativeChatParser::command);
    }

    @Test
    void random_openai_request_is_read_or_refused() {
        Requests.assertReadOrRefused(OPEN_AI, OpenAiRequest::read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "[0]", "{\"a\":0}", "1.0", "\"a\"", "{\"a\":{\"b\":[]}}"})
    void body_of_tiny_values_needs_a_bounded_multiple_of_its_size(String value) throws Exception {
        String some = (value + ",").repeat(FULL_BODY / (value.length() + 1) - 10);
        byte[] body = ("{\"x\":[" + some + value + "]}").getBytes(StandardCharsets.UTF_8);

        Fuzz.once(body, 16, bytes -> Requests.readOrRefuse(bytes, OpenAiRequest::read));
    }
}
