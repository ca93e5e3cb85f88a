package io.keywheel.adapters.http.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What Codex sends, as recorded, with shorter texts.
class RecordedRequestTest {

    /// The second turn of Codex 0.171 with a model that it knows.
    private static final String CODEX = """
            {"model": "gpt-5.5", "stream": true, "tool_choice": "auto", "parallel_tool_calls": true,
             "input": [
              {"type": "message", "id": "msg_1", "role": "developer", "content": [
               {"type": "input_text", "text": "Rules"}, {"type": "input_text", "text": "Deferred tools: agents"}]},
              {"type": "message", "id": "msg_2", "role": "user", "content": [{"type": "input_text", "text": "Edit it"}]},
              {"type": "reasoning", "id": "rs_1_0", "summary": [{"type": "summary_text", "text": "Hm"}],
               "content": null, "encrypted_content": null},
              {"type": "custom_tool_call", "id": "ctc_1_1", "status": "completed", "call_id": "c1",
               "name": "apply_patch", "input": "*** Begin Patch\\n"},
              {"type": "custom_tool_call_output", "id": "ctco_1", "call_id": "c1", "output": "Success"},
              {"type": "tool_search_call", "id": "tsc_2_1", "call_id": "c2", "status": "completed",
               "execution": "client", "arguments": {"query": "close"}},
              {"type": "tool_search_output", "id": "tso_2", "call_id": "c2", "status": "completed",
               "execution": "client", "tools": [{"type": "namespace", "name": "agents", "description": "Agents.",
                "tools": [{"type": "function", "name": "close_agent", "description": "Closes.", "strict": false,
                 "defer_loading": true, "parameters": {"type": "object", "properties": {}}}]}]},
              {"type": "function_call", "id": "fc_3_1", "status": "completed", "name": "close_agent",
               "namespace": "agents", "arguments": "{}", "call_id": "c3"},
              {"type": "function_call_output", "id": "fco_3", "call_id": "c3", "output": "closed"}],
             "tools": [
              {"type": "function", "name": "exec_command", "description": "Runs.", "strict": false,
               "parameters": {"type": "object", "properties": {}, "additionalProperties": false}},
              {"type": "custom", "name": "apply_patch", "description": "Edits.",
               "format": {"type": "grammar", "syntax": "lark", "definition": "start: x"}},
              {"type": "tool_search", "execution": "client", "description": "Searches.",
               "parameters": {"type": "object", "properties": {}, "additionalProperties": false}},
              {"type": "web_search", "external_web_access": false, "search_content_types": ["text", "image"]}],
             "reasoning": {"effort": "medium"}, "store": false, "include": ["reasoning.encrypted_content"],
             "prompt_cache_key": "01a2", "text": {"verbosity": "low"},
             "client_metadata": {"session_id": "01a2", "turn_id": "01a3"}}""";

    @Test
    void codex_is_understood_with_its_own_defaults() {
        ResponsesRequest request = Asked.read(CODEX);

        assertEquals(
                "developer: Rules+Deferred tools: agents / user: Edit it"
                        + " / assistant (Hm):  [c1 apply_patch {'input':'*** Begin Patch\\n'}] / tool c1: Success"
                        + " / assistant:  [c2 tool_search {'query':'close'}] / tool c2: Found: agents__close_agent"
                        + " / assistant:  [c3 agents__close_agent {}] / tool c3: closed",
                Asked.said(request));
        assertEquals(
                List.of("exec_command", "apply_patch", "tool_search", "agents__close_agent"),
                request.command().conversation().tools().stream()
                        .map(tool -> ((Tool.Function) tool).name())
                        .toList());
        assertEquals(
                List.of("web_search"), List.copyOf(request.tools().upstream().leftOut()));
        assertEquals("01a2", request.command().cacheKey());
    }
}
