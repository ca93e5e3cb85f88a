package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulesTest extends SimulatorFixture {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GROQ     | "reasoning_content":"hm" | 400 | property 'reasoning_content' is unsupported
            CEREBRAS | "reasoning_content":"hm" | 400 | property 'messages.1.assistant.reasoning_content' is unsupported
            GROQ     | "reasoning":"hm"         | 200 | stop
            CEREBRAS | "reasoning":"hm"         | 200 | stop
            GROQ     | "name":"Ann"             | 400 | 'messages.1' : for 'role:assistant'
            CEREBRAS | "name":"Ann"             | 200 | stop
            CEREBRAS | "tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}] | 400 | tool
            GROQ     | "tool_calls":[{"id":"1","extra_content":{}}]      | 400 | property 'extra_content' is unsupported
            CEREBRAS | "content":[{"type":"text","cache_control":{}}]    | 400 | cache_control' is unsupported
            """)
    void assistant_message_property_is_accepted_or_rejected(
            Provider provider, String property, int status, String words) {
        boolean groq = provider == GROQ;
        var reply = client.chat(provider, groq ? Client.GROQ_KEY : Client.CEREBRAS_KEY, """
                        {"model":"%s","messages":[{"role":"user","content":"a"},\
                        {"role":"assistant","content":"b",%s},{"role":"user","content":"c"}]}""".formatted(
                        groq ? GROQ_MODEL : CEREBRAS_MODEL, property));

        assertEquals(status, reply.statusCode());
        assertTrue(reply.body().contains(words), reply.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GROQ     | 400 | "logprobs":true
            GROQ     | 400 | "logit_bias":{"1":2}
            GROQ     | 400 | "n":2
            GROQ     | 400 | "temperature":3
            GROQ     | 400 | "prompt_cache_key":"x"
            GROQ     | 400 | "disable_reasoning":true
            GROQ     | 400 | "service_tier":"priority"
            GROQ     | 400 | "reasoning_format":"raw","include_reasoning":true
            CEREBRAS | 400 | "max_tokens":5,"max_completion_tokens":5
            CEREBRAS | 400 | "tool_choice":"auto"
            CEREBRAS | 400 | "include_reasoning":true
            GROQ     | 400 | "reasoning_effort":"none"
            CEREBRAS | 400 | "reasoning_effort":"none"
            CEREBRAS | 400 | "service_tier":"performance"
            CEREBRAS | 400 | "thinking":{}
            GROQ     | 400 | "stop":["a","b","c","d","e"]
            CEREBRAS | 400 | "stop":["a","b","c","d","e"]
            GROQ     | 400 | "reasoning_format":"text_parsed"
            CEREBRAS | 200 | "reasoning_format":"text_parsed"
            CEREBRAS | 400 | "reasoning_format":"plain"
            GROQ     | 400 | "tools":[{"type":"function","function":{"name":"f"},"cache_control":{}}]
            CEREBRAS | 400 | "tools":[{"type":"function","function":{"name":"f"},"cache_control":{}}]
            GROQ     | 200 | "max_completion_tokens":500,"temperature":0,"top_p":1,"stop":["x"],"seed":3
            CEREBRAS | 200 | "max_completion_tokens":500,"temperature":0,"top_p":1,"stop":["x"],"seed":3
            GROQ     | 200 | "model":"qwen/qwen3.8-27b","reasoning_effort":"none"
            GROQ     | 400 | "model":"qwen/qwen3.8-27b","reasoning_effort":"default"
            GROQ     | 200 | "reasoning_effort":"low"
            CEREBRAS | 200 | "reasoning_effort":"low"
            GROQ     | 200 | "max_tokens":500
            CEREBRAS | 200 | "max_tokens":500
            """)
    void property_is_accepted_or_rejected(Provider provider, int status, String property) {
        assertEquals(status, client.chat(provider, "," + property).statusCode());
    }

    @Test
    void prompt_over_the_context_length_is_rejected() {
        var reply = client.chat(GROQ, Client.GROQ_KEY, ask("allam-2-7b", "word ".repeat(5_000), ""));
        assertEquals(400, reply.statusCode());
        assertEquals(
                "context_length_exceeded", json(reply.body()).at("/error/code").asText());
    }

    @Test
    void key_of_another_provider_is_rejected() {
        assertEquals(401, client.chat(CEREBRAS, Client.GROQ_KEY, "{}").statusCode());
        assertEquals(401, client.chat(GROQ, Client.CEREBRAS_KEY, "{}").statusCode());
    }

    @Test
    void models_are_listed_to_a_known_key() {
        assertEquals(401, client.get(GROQ, "/models", "").statusCode());
        var groq = json(client.get(GROQ, "/models", Client.GROQ_KEY).body()).path("data");
        assertTrue(groq.findValuesAsText("id").contains("openai/gpt-oss-120b"));
        assertEquals(131_072, groq.path(0).path("context_window").asInt());
        var cerebras = json(client.get(CEREBRAS, "/models", Client.CEREBRAS_KEY).body());
        assertEquals(
                json("{\"id\":\"gpt-oss-120b\",\"object\":\"model\",\"created\":0,\"owned_by\":\"Cerebras\"}"),
                cerebras.at("/data/0"));
    }

    @ParameterizedTest
    @CsvSource({
        "/models/openai/gpt-oss-20b, 200",
        "/models/openai%2Fgpt-oss-20b, 200",
        "/models/no, 404",
        "/nowhere, 404",
    })
    void model_is_found_by_its_path_and_nothing_at_others(String path, int status) {
        assertEquals(status, client.get(GROQ, path, Client.GROQ_KEY).statusCode());
    }

    @Test
    void wrong_method_gets_405_in_the_providers_form() {
        var method = client.get(CEREBRAS, "/chat/completions", Client.CEREBRAS_KEY);
        assertEquals(405, method.statusCode());
        assertTrue(json(method.body()).has("message"));
    }
}
