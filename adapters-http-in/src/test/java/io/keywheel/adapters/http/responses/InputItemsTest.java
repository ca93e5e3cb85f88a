package io.keywheel.adapters.http.responses;

import static io.keywheel.adapters.http.responses.ResponsesRequests.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputItemsTest {

    private static final String USER = "{'role':'user','content':'a'}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'role':'user','content':'a'},{'type':null,'role':'assistant','content':'b'}|user: a / assistant: b
                    {'type':'message','role':'developer','content':[{'type':'input_text','text':'a'}]}|developer: a
                    {'role':'system','content':'a','status':'completed','phase':null}|system: a
                    {'type':'message','id':'msg_1','role':'assistant','status':'completed','content':[{'type':'output_text','annotations':[],'logprobs':[],'text':'a'},{'type':'refusal','refusal':'no'}]}|assistant: a+no
                    {'role':'user','content':[{'type':'input_text','text':''},{'type':'text','text':'a'},{'type':'input_text','text':''}]}|user: a
                    {'role':'user','content':[{'type':'input_text','text':null}]},{'role':'assistant','content':null},{'role':'user','content':'a'}|user: a
                    {'role':'user','content':[{'type':'refusal','refusal':null}]},{'role':'user','content':'a'}|user: a
                    {'role':'user','content':'a'},{'role':'user','content':[]}|user: a
                    {'id':'msg_1','role':'assistant','content':'a'}|assistant: a
                    # Parallel calls and the texts around them form one message, followed by the outputs.
                    {'role':'assistant','content':'I look'},C1,{'role':'assistant','content':'and'},C2,O1,O2|assistant: I look+and [c1 f {'x':1}] [c2 f {}] / tool c1: one / tool c2: two
                    # The free text of a custom tool becomes an argument.
                    {'type':'custom_tool_call','call_id':'c3','name':'patch','input':'a\\n\\\\'},{'type':'custom_tool_call_output','call_id':'c3','output':[{'type':'input_text','text':'ok'}]}|assistant:  [c3 patch {'input':'a\\n\\\\'}] / tool c3: ok
                    # The namespace becomes part of the name.
                    {'type':'function_call','call_id':'c4','namespace':'mcp__gh','name':'find','arguments':''}|assistant:  [c4 mcp__gh__find {}] / tool c4: [no result]
                    # Null fields count as absent.
                    {'type':'function_call','call_id':'c1','name':'f','arguments':null},{'type':'function_call_output','call_id':'c1','output':null}|assistant:  [c1 f {}] / tool c1:
                    {'type':'custom_tool_call','call_id':'c1','name':'f'},{'type':'function_call_output','call_id':'c1','output':[]}|assistant:  [c1 f {'input':''}] / tool c1:
                    # Reasoning is attached to the next assistant message.
                    R1,R2,{'role':'assistant','content':'a'}|assistant (one~two): a
                    R1,{'type':'function_call','call_id':'c','name':'f','arguments':'{}'},R2,{'type':'function_call','call_id':'d','name':'f','arguments':'{}'}|assistant (one~two):  [c f {}] [d f {}] / tool c: [no result] / tool d: [no result]
                    {'role':'assistant','content':'a'},R1,{'role':'assistant','content':'b'}|assistant: a / assistant (one): b
                    R1,{'type':'reasoning','summary':[{'type':'summary_text','text':null}]},{'role':'assistant','content':'a'}|assistant (one): a
                    R1,{'role':'user','content':'a'},{'role':'assistant','content':'b'}|user: a / assistant: b
                    {'type':'function_call','call_id':'c','name':'f','arguments':'{}'},R1,{'type':'function_call_output','call_id':'c','output':'a'},{'role':'assistant','content':'b'}|assistant:  [c f {}] / tool c: a / assistant: b
                    {'type':'reasoning','summary':[],'encrypted_content':'xyz'},{'role':'assistant','content':'a'}|assistant: a
                    """)
    void items_become_messages(String items, String messages) {
        String written = items.replace(
                        "C1", "{'type':'function_call','id':'fc','call_id':'c1','name':'f','arguments':'{\\'x\\':1}'}")
                .replace("C2", "{'type':'function_call','call_id':'c2','name':'f','arguments':'{}','status':null}")
                .replace("O1", "{'type':'function_call_output','call_id':'c1','output':'one'}")
                .replace("O2", "{'type':'function_call_output','call_id':'c2','output':'two'}")
                .replace("R1", "{'type':'reasoning','id':'rs','summary':[{'type':'summary_text','text':'one'}]}")
                .replace(
                        "R2",
                        "{'type':'reasoning','summary':[{'type':'summary_text','text':'x'}],'content':[{'type':'reasoning_text','text':'two'}]}");

        assertEquals(messages.strip(), ResponsesRequests.messages(written).strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'type':'input_image','image_url':'data:image/png;base64,AA','detail':'auto','file_id':null}|<data:image/png;base64,AA>
                    {'type':'input_image','image_url':'https://a/b.png','detail':'high'}|<https://a/b.png high>
                    {'type':'input_file','file_data':'data:a','filename':'f.pdf'}|{type='file', file={'file_data':'data:a','filename':'f.pdf'}}
                    {'type':'input_file','file_data':'data:a'}|{type='file', file={'file_data':'data:a'}}
                    {'type':'input_audio','input_audio':{'data':'AA','format':'wav'}}|{type='input_audio', input_audio={'data':'AA','format':'wav'}}
                    """)
    void image_file_and_audio_parts_are_translated(String part, String said) {
        assertEquals("user: " + said, ResponsesRequests.messages("{'role':'user','content':[" + part + "]}"));
    }

    @Test
    void string_input_becomes_a_user_message_after_the_instructions() {
        assertEquals(
                "system: Be kind / user: a", ResponsesRequests.said(read("{'instructions':'Be kind','input':'a'}")));
    }

    @Test
    void hosted_tool_items_are_dropped_and_reported() {
        var request = read(
                "{'input':[" + USER + ",{'type':'web_search_call','id':'ws'},"
                        + "{'type':'web_search_call','id':'x'},{'type':'compaction','encrypted_content':'x'},{'type':'a\u00e9, b'}]}");

        assertEquals("user: a", ResponsesRequests.said(request));
        assertEquals(List.of("web_search_call", "compaction", "a\u00e9, b"), ResponsesRequests.dropped(request));
    }

    @Test
    void additional_tools_item_adds_tools() {
        var request = read("{'input':[{'type':'additional_tools','role':'developer','tools':"
                + "[{'type':'function','name':'f'},{'type':'mcp'}]}," + USER + "]}");

        assertEquals("f", request.tools().clientTool("f").name());
        assertEquals(List.of("f"), ResponsesRequests.names(request));
        assertEquals(List.of("mcp"), ResponsesRequests.dropped(request));
    }

    @Test
    void tools_from_client_tool_search_are_offered() {
        String found = "{'type':'tool_search_output','call_id':'c','status':'completed','execution':'client','tools':"
                + "[{'type':'namespace','name':'gh','tools':[{'type':'function','name':'find','defer_loading':true}]},"
                + "{'type':'function','name':'f'}]}";
        String items =
                USER + ",{'type':'tool_search_call','call_id':'c','execution':'client','arguments':{'query':'x'}},"
                        + found + "," + found;

        assertEquals(
                "user: a / assistant:  [c tool_search {'query':'x'}] / tool c: Found: gh__find, f / user: [result of an earlier tool call]+Found: gh__find, f",
                ResponsesRequests.messages(items));
        assertEquals(List.of("gh__find", "f"), ResponsesRequests.names(read("{'input':[" + items + "]}")));
    }

    @Test
    void hosted_tool_search_keeps_only_the_found_tools() {
        var request = read("{'input':[" + USER + ",{'type':'tool_search_call','call_id':null,'arguments':null},"
                + "{'type':'tool_search_output','call_id':null,'tools':[{'type':'function','name':'f'}]},"
                + "{'type':'tool_search_call','call_id':'c','arguments':null}]}");

        assertEquals("user: a / assistant:  [c tool_search {}] / tool c: [no result]", ResponsesRequests.said(request));
        assertEquals(List.of("f"), ResponsesRequests.names(request));
    }

    /// The second request of Codex 0.171, with a model known to Codex.
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
    void codex_request_is_read_with_its_default_settings() {
        ResponsesRequest request = read(CODEX);

        assertEquals(
                "developer: Rules+Deferred tools: agents / user: Edit it"
                        + " / assistant (Hm):  [c1 apply_patch {'input':'*** Begin Patch\\n'}] / tool c1: Success"
                        + " / assistant:  [c2 tool_search {'query':'close'}] / tool c2: Found: agents__close_agent"
                        + " / assistant:  [c3 agents__close_agent {}] / tool c3: closed",
                ResponsesRequests.said(request));
        assertEquals(
                List.of("exec_command", "apply_patch", "tool_search", "agents__close_agent"),
                ResponsesRequests.names(request));
        assertEquals(List.of("web_search"), ResponsesRequests.dropped(request));
        assertEquals("01a2", request.command().cacheKey());
    }
}
