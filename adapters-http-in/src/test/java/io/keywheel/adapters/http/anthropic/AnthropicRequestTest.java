package io.keywheel.adapters.http.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.request.Requests;
import io.keywheel.adapters.http.request.Transcript;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests to Anthropic's API.
class AnthropicRequestTest {

    /// A request in short: `'` stands for a quotation mark, `#` for what every request needs.
    private static AnthropicRequest read(String body) {
        return AnthropicRequest.read(json(body));
    }

    private static ObjectNode json(String body) {
        return Requests.json(body.replace("#", "'max_tokens':9,'messages':[{'role':'user','content':'a'}]"));
    }

    private static String said(AnthropicRequest request) {
        return Transcript.of(request.command().conversation().messages());
    }

    @Test
    void common_fields_are_read_into_the_chat_command() {
        var asked = read("""
                {'model':'smart','system':'Be','max_tokens':7,'temperature':0.70,'top_p':0.9,'stop_sequences':['','a','b','c','d'],
                 'stream':true,'fallback':false,'metadata':{'user_id':'u1'},'messages':[{'role':'user','content':'a'}]}""");
        ChatCommand command = asked.command();

        assertTrue(asked.stream());
        assertFalse(command.fallback());
        assertEquals("smart", command.selection().model());
        assertEquals("u1", command.cacheKey());
        assertEquals("system: Be / user: a", said(asked));
        assertEquals(
                new Sampling(new Decimal("0.70"), 7L, new Decimal("0.9"), List.of("a", "b", "c", "d"), null, null),
                command.sampling());
        assertEquals(Extras.NONE, command.extras());
    }

    @Test
    void nulls_hints_and_unknown_fields_are_ignored() {
        var asked = read("""
                {#,'model':null,'system':null,'temperature':null,'stop_sequences':null,'stream':null,'metadata':null,
                 'tools':null,'tool_choice':null,'thinking':{'type':'enabled','budget_tokens':1024},'top_k':5,
                 'output_config':{'effort':'high'},'service_tier':'auto','container':null,'context_management':{'edits':[]},
                 'cache_control':{'type':'ephemeral'},'inference_geo':'eu','betas':['x'],'odd':[1],'mcp_servers':[],
                 'thread':{'type':'create'}}""");

        assertEquals(read("{#}").command(), asked.command());
        assertFalse(asked.stream());
        assertEquals(List.of(), List.copyOf(asked.tools().dropped()));
        assertNull(asked.command().selection().model());
        assertNull(asked.command().cacheKey());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    # Texts, empty texts and texts with cache hints.
                    {'role':'user','content':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},{'type':'text','text':'b','citations':null}]} | user: a+b
                    {'role':'user','content':'a'},{'role':'assistant','content':[{'type':'text','text':''}]},{'role':'user','content':'b'} | user: a / user: b
                    {'role':'user','content':'a'},{'role':'assistant','content':null},{'role':'assistant','content':[]},{'role':'user','content':[{'type':'text','text':null}]} | user: a
                    {'role':'system','content':'s'},{'role':'user','content':'a'},{'role':'system','content':[{'type':'text','text':'t'}]} | system: s / user: a / system: t
                    {'role':'user','content':'a'},{'role':'user','content':'b'},{'role':'assistant','content':'c'} | user: a / user: b / assistant: c
                    # Images and documents.
                    {'role':'user','content':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AA=='}}]} | user: <data:image/png;base64,AA==>
                    {'role':'user','content':[{'type':'image','source':{'type':'url','url':'https://a.test/b'}},{'type':'text','text':'c'}]} | user: <https://a.test/b>+c
                    {'role':'user','content':[{'type':'document','title':'T','context':null,'source':{'type':'text','media_type':'text/plain','data':'d'}}]} | user: T+d
                    {'role':'user','content':[{'type':'document','source':{'type':'content','content':[{'type':'text','text':'d'}]}}]} | user: d
                    {'role':'user','content':[{'type':'search_result','title':'T','source':'S','content':[{'type':'text','text':'d'}]}]} | user: T~S+d
                    # Tool calls and all forms of results.
                    {'role':'assistant','content':[{'type':'text','text':'t'},{'type':'tool_use','id':'c1','name':'f','input':{'x':1.10},'caller':{'type':'direct'}},{'type':'tool_use','id':'c2','name':'g','input':{}}]} | assistant: t [c1 f {'x':1.10}] [c2 g {}] / tool c1: [no result] / tool c2: [no result]
                    {'role':'assistant','content':[{'type':'tool_use','id':'c1','name':'f'}]} | assistant:  [c1 f {}] / tool c1: [no result]
                    C1,{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':'r'}]} | assistant:  [c1 f {}] / tool c1: r
                    C1,{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1'}]} | assistant:  [c1 f {}] / tool c1:
                    C1,{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','is_error':true,'content':[{'type':'text','text':'r'},{'type':'tool_reference','tool_name':'g'}]}]} | assistant:  [c1 f {}] / tool c1 failed: r+Loaded: g
                    C12,{'role':'user','content':[{'type':'text','text':'u'},{'type':'tool_result','tool_use_id':'c1','content':'r'},{'type':'tool_result','tool_use_id':'c2','content':'s'}]} | assistant:  [c1 f {}] [c2 f {}] / tool c1: r / tool c2: s / user: u
                    C1,{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':[{'type':'text','text':'r'},{'type':'image','source':{'type':'url','url':'u'}}]},{'type':'text','text':'x'}]} | assistant:  [c1 f {}] / tool c1: r+[image in the next message] / user: <u> / user: x
                    # Adjacent texts of the assistant are one text.
                    {'role':'assistant','content':[{'type':'text','text':'a'},{'type':'text','text':' b'},{'type':'text','text':null},{'type':'tool_use','id':'c1','name':'f','input':{}},{'type':'text','text':'c'}]} | assistant: a b+c [c1 f {}] / tool c1: [no result]
                    # Summaries, thinking blocks, and blocks of Anthropic's hosted tools.
                    {'role':'assistant','content':[{'type':'compaction','content':'s','signature':'x'}]},{'role':'user','content':'a'} | assistant: s / user: a
                    {'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':'s1'},{'type':'redacted_thinking','data':'x'},{'type':'thinking','thinking':'so','signature':'s2'},{'type':'text','text':'t'}]} | assistant (hm~so, s2): t
                    {'role':'assistant','content':[{'type':'thinking','thinking':'','signature':''},{'type':'thinking','thinking':'hm','signature':'keywheel'},{'type':'thinking','thinking':'','signature':''},{'type':'text','text':'t'}]} | assistant (hm, ): t
                    {'role':'user','content':'a'},{'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':'s'}]} | user: a
                    {'role':'user','content':'a'},{'role':'assistant','content':[{'type':'server_tool_use','id':'s1','name':'web_search','input':{}},{'type':'web_search_tool_result','tool_use_id':'s1','content':[]},{'type':'text','text':'t'}]} | user: a / assistant: t
                    """)
    void messages_are_converted_to_a_provider_neutral_conversation(String messages, String said) {
        String call = "{'type':'tool_use','id':'%s','name':'f'}";
        String calls = "{'role':'assistant','content':[%s]}";
        String written = messages.replace("C12", calls.formatted(call.formatted("c1") + "," + call.formatted("c2")))
                .replace("C1", calls.formatted(call.formatted("c1")));

        assertEquals(
                said,
                said(read("{'max_tokens':9,'messages':[" + written + "]}")).strip());
    }

    @Test
    void system_prompt_blocks_become_one_system_message() {
        var asked = read(
                "{#,'system':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},{'type':'text','text':''},{'type':'text','text':'b'}]}");

        assertEquals("system: a+b / user: a", said(asked));
    }

    @Test
    void functions_are_read_and_hosted_tools_reported_as_dropped() {
        var asked = read("""
                {#,'tools':[{'name':'f','description':'d','input_schema':{'type':'object'},'strict':true,
                  'cache_control':{'type':'ephemeral'},'defer_loading':true},
                 {'type':'custom','name':'g','input_schema':{}},
                 {'type':'web_search_20250305','name':'web_search','max_uses':5},{'type':'bash_20250124','name':'bash'}],
                 'mcp_servers':[{'type':'url'}]}""");

        assertEquals(
                List.of(
                        new Tool.Function("f", "d", "{\"type\":\"object\"}", true, Extras.NONE),
                        new Tool.Function("g", null, "{}", null, Extras.NONE)),
                asked.command().conversation().tools());
        assertEquals(
                List.of("web_search_20250305", "bash_20250124", "mcp_servers"),
                List.copyOf(asked.tools().dropped()));
    }

    @Test
    void tools_that_a_later_message_adds_are_offered() {
        var asked = read("""
                {'max_tokens':9,'messages':[{'role':'user','content':'a'},{'role':'system','content':[{'type':'tool_addition','tool':{'type':'tool_reference'}},
                 {'type':'tool_addition','tool':{'definition':{'name':'g','input_schema':{}}}}]}]}""");

        assertEquals("g", asked.tools().toolOf("g"));
        assertEquals("user: a", said(asked));
    }

    @Test
    void tool_names_are_sanitized_and_made_unique() {
        var asked = read("""
                {'max_tokens':9,'tools':[{'name':'a b.c','input_schema':{}},{'name':'a_b_c','input_schema':{}}],
                 'tool_choice':{'type':'tool','name':'a_b_c'},'messages':[
                 {'role':'assistant','content':[{'type':'tool_use','id':'c','name':'a_b_c'},
                  {'type':'tool_use','id':'d','name':'gone.by'}]}]}""");

        assertEquals("a b.c", asked.tools().toolOf("a_b_c"));
        assertEquals("a_b_c", asked.tools().toolOf("a_b_c_2"));
        assertEquals(
                new ToolChoice.Function("a_b_c_2"),
                asked.command().conversation().toolChoice());
        assertEquals(
                "assistant:  [c a_b_c_2 {}] [d gone_by {}] / tool c: [no result] / tool d: [no result]", said(asked));
    }

    @Test
    void unsupported_blocks_are_dropped_and_reported_by_type() {
        var asked = read("""
                {'max_tokens':9,'system':[{'type':'s1'}],'messages':[
                 {'role':'user','content':[{'type':'container_upload','file_id':'f'},{'type':'text','text':'a'}]},
                 {'role':'assistant','content':[{'type':'server_tool_use','id':'s','name':'w','input':{}},
                  {'type':'redacted_thinking','data':'x'},{'type':'tool_use','id':'c','name':'f','input':null}]},
                 {'role':'user','content':[{'type':'tool_result','tool_use_id':'c','content':[{'type':'odd'}]},
                  {'type':'tool_result','tool_use_id':'s','content':'found'}]}]}""");

        assertEquals(
                "user: a / assistant:  [c f {}] / tool c:  / user: [result of an earlier tool call]+found",
                said(asked));
        assertEquals(
                List.of("container_upload", "server_tool_use", "odd", "s1"),
                List.copyOf(asked.tools().dropped()));
    }

    private static final String F = "{#,'tools':[{'name':'f','input_schema':{}}],'tool_choice':";

    @Test
    void tool_choice_is_read() {
        Map<String, ToolChoice> choices = Map.of(
                "{'type':'auto'}", ToolChoice.Mode.AUTO,
                "{'type':'any'}", ToolChoice.Mode.REQUIRED,
                "{'type':'none'}", ToolChoice.Mode.NONE,
                "{'type':'tool','name':'f'}", new ToolChoice.Function("f"));

        choices.forEach((written, read) -> assertEquals(
                read, read(F + written + "}").command().conversation().toolChoice()));
        assertNull(read("{#,'tool_choice':{'type':'auto'}}")
                .command()
                .conversation()
                .toolChoice());
    }

    @Test
    void disable_parallel_tool_use_becomes_parallel_tool_calls_false() {
        String choice = "{'type':'any','disable_parallel_tool_use':true}}";

        assertEquals(
                Extras.of("parallel_tool_calls", "false"),
                read(F + choice).command().extras());
        assertEquals(
                Extras.NONE, read(F + choice.replace("true", "false")).command().extras());
        assertEquals(
                Extras.NONE,
                read("{#,'tool_choice':{'type':'none','disable_parallel_tool_use':true}}")
                        .command()
                        .extras());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{#,'output_config':{'format':{'type':'json_schema','schema':{'type':'object'}}}}",
                "{#,'output_format':{'type':'json_schema','schema':{'type':'object'}}}",
                "{#,'output_config':{'effort':'low'},'output_format':{'type':'json_schema','schema':{'type':'object'}}}",
            })
    void output_schema_becomes_response_format(String body) {
        var format = Extras.of(
                "response_format",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}");

        assertEquals(format, read(body).command().extras());
        assertEquals(format, AnthropicRequest.forTokenCount(json(body)).extras());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'messages':[{'role':'user','content':'a'}]}                    | max_tokens is missing
                    {#,'max_tokens':0}                                              | max_tokens must be from 1 to 2147483647
                    {'max_tokens':9}                                                | messages is missing
                    {'max_tokens':9,'messages':[]}                                  | messages must have at least one message
                    {'max_tokens':9,'messages':[{'role':'user','content':''}]}      | messages must have at least one message with content
                    {'max_tokens':9,'messages':[{'role':'tool','content':'a'}]}     | messages[0].role must be one of user, assistant, system
                    {'max_tokens':9,'messages':[{'role':'user','content':7}]}       | messages[0].content must be a string or an array of blocks
                    {'max_tokens':9,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'file','file_id':'f'}}]}]} | messages[0].content[0].source.type must be base64 or url: the gateway keeps no files
                    {'max_tokens':9,'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64'}}]}]} | messages[0].content[0].source.type must be text or content: the gateway does not support PDF input
                    {'max_tokens':9,'messages':[{'role':'user','content':[{'type':'tool_result'}]}]} | messages[0].content[0].tool_use_id is missing
                    {'max_tokens':9,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'c'}]}]} | messages[0].content[0].name is missing
                    {#,'system':7}                                                  | system must be a string or an array of blocks
                    {#,'temperature':1.1}                                           | temperature must be from 0 to 1
                    {#,'stop_sequences':['a',7]}                                    | stop_sequences[1] must be a string
                    {#,'stop_sequences':['a',['b']]}                                | stop_sequences[1] must be a string
                    {#,'stop_sequences':['a','b','c','d','','e']}                   | stop_sequences must be a string or at most 4 of them: the providers take no more
                    {'max_tokens':9,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':''}]}]} | messages[0].content[0].name must not be empty
                    {'max_tokens':9,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'f','input':'x'}]}]} | messages[0].content[0].input must be an object
                    {#,'tools':[{'name':'','input_schema':{}}]}                     | tools[0].name must not be empty
                    {#,'tools':[{'name':'f'}]}                                      | tools[0].input_schema is missing
                    {#,'tools':[{'type':'custom','name':'f'}]}                      | tools[0].input_schema is missing
                    {#,'tool_choice':{'type':'any'}}                                | tool_choice demands a tool, and the request has none that can be called here
                    {#,'tools':[{'name':'f','input_schema':{}},{'type':'web_search_20250305','name':'web_search'}],'tool_choice':{'type':'tool','name':'web_search'}} | tool_choice.name must be the name of one of the tools that have an input_schema
                    {#,'tool_choice':{'type':'odd'}}                                | tool_choice.type must be one of auto, any, tool, none
                    """)
    void invalid_request_error_starts_with_the_field_name(String body, String sentence) {
        String once = body.contains("'max_tokens':0")
                ? body.replace("#", "'messages':[{'role':'user','content':'a'}]")
                : body;
        String[] words = sentence.split(" ", 2);

        Requests.assertRefused(words[0], words[1], () -> read(once));
    }

    private static final List<String> ALL = List.of("""
            {"model": "auto", "max_tokens": 9, "stream": true, "system": [{"type": "text", "text": "a"}], "top_k": 5,
             "metadata": {"user_id": "u"}, "output_config": {"format": {"type": "json_schema", "schema": {}}},
             "tools": [{"name": "f", "input_schema": {}}, {"type": "web_search_20250305", "name": "w"}],
             "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
             "messages": [{"role": "user", "content": [{"type": "text", "text": "a"},
               {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]},
               {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"},
                 {"type": "tool_use", "id": "c", "name": "f", "input": {"a": [1.10, null]}}]},
               {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "is_error": true,
                 "content": [{"type": "document", "source": {"type": "text", "data": "d"}}]}]}]}""");

    @Test
    void random_request_is_read_or_refused() {
        Requests.assertReadOrRefused(ALL, AnthropicRequest::read);
    }
}
