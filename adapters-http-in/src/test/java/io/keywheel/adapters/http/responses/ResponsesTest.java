package io.keywheel.adapters.http.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A whole answer of OpenAI's Responses API.
class ResponsesTest {

    private static final String HELLO = "{\"input\":\"Hello\"}";

    @AutoClose
    private final TestServer testServer = new TestServer();

    private Response answerTo(String request, Reply reply, FinishReason reason) {
        testServer.chats.answer(Completion.of(reply, reason, null));
        return testServer.post("/v1/responses", request).assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/responses", "/openai/v1/responses"})
    void response_has_openais_format(String path) {
        testServer.chats.play((_, _) -> Samples.answer("Hi", Samples.limited(Samples.GROQ, 1)));
        Response response = testServer
                .post(path, HELLO)
                .assertStatus(200)
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited, cerebras/1:ok")
                .assertHeader("X-Keywheel-Dropped", "");
        ObjectNode json = (ObjectNode) response.json();
        String id = json.get("id").textValue().substring("resp_".length());

        JsonNode expected = TestServer.json("""
                        {"id": "resp_#", "object": "response", "created_at": 1795608000, "status": "completed",
                         "completed_at": 1795608000, "error": null, "incomplete_details": null,
                         "model": "gpt-oss-120b", "output": [{"id": "msg_#_0", "type": "message",
                           "status": "completed", "role": "assistant",
                           "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": "Hi"}]}],
                         "usage": {"input_tokens": 5, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                           "output_tokens": 7, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 12},
                         "store": false}""".replace("#", id));

        assertEquals(32, id.length());
        assertEquals(
                expected,
                json.retain(expected.propertyStream().map(Map.Entry::getKey).toList()));
    }

    @Test
    void reasoning_calls_and_refusal_become_output_items() {
        var calls =
                List.of(new ToolCall("c1", "f", "{\"x\":1}"), new ToolCall("c2", "gh__run", "{\"input\":\"ls\\n\"}"));
        JsonNode output = answerTo(
                        """
                        {"input": "a", "tools": [{"type": "function", "name": "f"},
                          {"type": "namespace", "name": "gh", "tools": [{"type": "custom", "name": "run"}]}]}""", new Reply("", "Hm", calls, Extras.of("refusal", "\"I cannot\"")), FinishReason.TOOL_CALLS)
                .json()
                .get("output");
        output.forEach(item -> ((ObjectNode) item).remove("id"));

        assertEquals(TestServer.json("""
                [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]},
                 {"type": "function_call", "status": "completed", "call_id": "c1", "name": "f", "arguments": "{\\"x\\":1}"},
                 {"type": "custom_tool_call", "status": "completed", "call_id": "c2", "name": "run", "namespace": "gh",
                  "input": "ls\\n"},
                 {"type": "message", "status": "completed", "role": "assistant",
                  "content": [{"type": "refusal", "refusal": "I cannot"}]}]"""), output);
    }

    @Test
    void length_finish_makes_the_response_and_its_last_item_incomplete() {
        var reply = new Reply("Hel", "Hm", List.of(), Extras.of("refusal", "\"I\""));
        Response response = answerTo(HELLO, reply, FinishReason.LENGTH);

        assertEquals("incomplete", response.text("/status"));
        assertEquals("max_output_tokens", response.text("/incomplete_details/reason"));
        assertEquals("completed", response.text("/output/1/status"));
        assertEquals("incomplete", response.text("/output/2/status"));
        assertEquals(84, response.json().at("/usage/total_tokens").intValue(), "an estimate");
    }

    @Test
    void errors_have_openais_format() {
        testServer.post("/v1/responses", "{\"input\":\"a\",\"store\":true}").assertJson(400, """
                        {"error": {"message": "store must be false: this gateway stores nothing",
                         "type": "invalid_request_error", "param": "store", "code": null}}""");
        testServer.chats.fail(new Failure.Unavailable("down", null));
        testServer.post("/v1/responses", HELLO).assertError(503, "unavailable");
    }
}
