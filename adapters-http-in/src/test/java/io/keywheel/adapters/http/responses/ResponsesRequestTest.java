package io.keywheel.adapters.http.responses;

import static io.keywheel.adapters.http.responses.ResponsesRequests.read;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.request.Requests;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Sampling;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesRequestTest {

    @Test
    void sampling_model_fallback_and_stream_are_read() {
        var request = read("{#,'model':'groq/m','temperature':0.70,'top_p':0.9,'max_output_tokens':7,'stream':true,"
                + "'fallback':false}");

        assertEquals(
                new Sampling(new Decimal("0.70"), 7L, new Decimal("0.9"), List.of(), null, null),
                request.command().sampling());
        assertEquals("groq/m", request.command().selection().model());
        assertFalse(request.command().fallback());
        assertTrue(request.stream());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'reasoning':{'effort':'low','summary':'auto'}|{reasoning_effort='low'}
                    'reasoning':{'effort':'minimal'}|{reasoning_effort='low'}
                    'reasoning':{'effort':'xhigh'}|{reasoning_effort='high'}
                    'reasoning':{'effort':null}|{}
                    'text':{'format':{'type':'text'},'verbosity':'low'}|{}
                    'text':{'format':null}|{}
                    'text':{'format':{}}|{}
                    'text':{'format':{'type':'json_object'}}|{response_format={'type':'json_object'}}
                    'text':{'format':{'type':'json_schema','name':'n','schema':{'a':1.10},'strict':true,'x':1}}|{response_format={'type':'json_schema','json_schema':{'name':'n','schema':{'a':1.10},'strict':true}}}
                    'parallel_tool_calls':false|{parallel_tool_calls=false}
                    'prompt_cache_key':'k','safety_identifier':'s','user':'u'|{prompt_cache_key='k', safety_identifier='s', user='u'}
                    'include':['reasoning.encrypted_content'],'truncation':'auto','service_tier':'flex','stream_options':{'include_obfuscation':false},'metadata':{'a':'b'},'client_metadata':{},'max_tool_calls':3|{}
                    'store':false,'background':false,'previous_response_id':null,'conversation':null,'prompt':null,'tools':null,'tool_choice':null,'instructions':null,'model':null,'stream':null|{}
                    """)
    void supported_fields_are_translated_and_the_rest_ignored(String fields, String extras) {
        var request = read("{#," + fields + "}");

        assertEquals(extras, request.command().extras().fields().toString().replace('"', '\''));
    }

    @ParameterizedTest
    @CsvSource({
        "'prompt_cache_key':'k';'user':'u', k",
        "'prompt_cache_key':'';'user':'u';'safety_identifier':'s', u",
        "'safety_identifier':'s';'metadata':{'user_id':'m'}, s",
        "'metadata':{'user_id':'m'}, m",
        "'user':null, ",
    })
    void cache_key_is_the_first_nonempty_client_identifier(String fields, String key) {
        assertEquals(key, read("{#," + fields.replace(';', ',') + "}").command().cacheKey());
    }

    @Test
    void response_echoes_request_fields_and_defaults() {
        ResponsesRequest request = read("{#,'temperature':0.70,'metadata':{'a':'b'},'unknown':1,'instructions':'x',"
                + "'tools':[{'type':'function','name':'f'}],'text':{'verbosity':'low'}}");

        assertEquals(TestServer.json("""
                        {"background": false, "instructions": "x", "max_output_tokens": null, "max_tool_calls": null,
                         "metadata": {"a": "b"}, "parallel_tool_calls": true, "previous_response_id": null,
                         "prompt_cache_key": null, "reasoning": {"effort": null, "summary": null},
                         "safety_identifier": null, "service_tier": null, "store": false, "temperature": 0.70,
                         "text": {"verbosity": "low"}, "tool_choice": "auto", "top_logprobs": null, "top_p": null,
                         "tools": [{"type": "function", "name": "f", "parameters": null, "strict": null}],
                         "truncation": "disabled", "user": null}"""), echo(request));
    }

    private static JsonNode echo(ResponsesRequest request) {
        return TestServer.json(new String(JsonWriter.written(json -> json.putAll(request.echo())), UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'type':'function','strict':true,'name':'f'}|{'type':'function','strict':true,'name':'f','parameters':null}
                    {'type':'tool_search','execution':'client'}|{'type':'tool_search','execution':'client'}
                    {'type':'tool_search'}|{'type':'tool_search'}
                    {'type':'custom','name':'c'}|{'type':'custom','name':'c'}
                    {'tools':[{'type':'function','name':'f'}],'type':'namespace','name':'n'}|{'tools':[{'type':'function','name':'f','parameters':null,'strict':null}],'type':'namespace','name':'n'}
                    {'type':'namespace','name':'n','tools':null}|{'type':'namespace','name':'n','tools':null}
                    """)
    void echoed_function_tools_have_all_required_fields(String tool, String repeated) {
        JsonNode echo = echo(read("{#,'tools':[" + tool + "]}"));

        assertEquals("[" + repeated + "]", echo.get("tools").toString().replace('"', '\''));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {#,'previous_response_id':'r'}|previous_response_id|needs stored state, and this gateway stores nothing; send the whole input
                    {#,'conversation':{'id':'c'}}|conversation|needs stored state, and this gateway stores nothing; send the whole input
                    {#,'prompt':{'id':'p'}}|prompt|needs stored state, and this gateway stores nothing; send the whole input
                    {#,'store':true}|store|must be false: this gateway stores nothing
                    {#,'background':true}|background|must be false: this gateway stores nothing
                    {'input':[{'type':'item_reference','id':'m'}]}|input[0].type|item_reference needs stored items; send the item itself (store: false)
                    {'input':[{'role':'user','content':'a'},{'id':'m'}]}|input[1].type|item_reference needs stored items; send the item itself (store: false)
                    {}|input|is missing
                    {'input':7}|input|must be a string or an array of items
                    {'input':[]}|input|must have at least one message
                    {'instructions':'x','input':[{'type':'reasoning','summary':[]}]}|input|must have at least one message
                    {'input':['a']}|input[0]|must be an object
                    {'input':[{}]}|input[0].role|is missing
                    {'input':[{'role':'tool','content':'a'}]}|input[0].role|must be one of system, developer, user, assistant
                    {'input':[{'role':'user'}]}|input|must have at least one message
                    {'instructions':'x','input':''}|input|must have at least one message
                    {'input':[{'role':'user','content':7}]}|input[0].content|must be a string or an array of parts
                    {'input':[{'role':'user','content':[{'type':'x.y'}]}]}|input[0].content[0].type|'x_y' is not a part that is known
                    {'input':[{'role':'user','content':[{'type':'input_text','text':7}]}]}|input[0].content[0].text|must be a string
                    {'input':[{'role':'user','content':[{'type':'input_image','file_id':'f'}]}]}|input[0].content[0].file_id|needs stored files, and this gateway stores nothing; send the data itself
                    {'input':[{'role':'user','content':[{'type':'input_image'}]}]}|input[0].content[0].image_url|is missing
                    {'input':[{'role':'user','content':[{'type':'input_file','file_id':'f'}]}]}|input[0].content[0].file_id|needs stored files, and this gateway stores nothing; send the data itself
                    {'input':[{'role':'user','content':[{'type':'input_file','file_url':'u'}]}]}|input[0].content[0].file_url|is not supported, since this gateway fetches no files; send the data itself as file_data
                    {'input':[{'role':'user','content':[{'type':'input_file','filename':'f'}]}]}|input[0].content[0].file_data|is missing
                    {'input':[{'type':'function_call','name':'f','arguments':'{}'}]}|input[0].call_id|is missing
                    {'input':[{'type':'function_call_output','output':'a'}]}|input[0].call_id|is missing
                    {#,'model':'a b'}|model|must be 1 to 200 printable ASCII characters without blanks
                    {#,'max_output_tokens':0}|max_output_tokens|must be from 1 to 2147483647
                    {#,'metadata':'a'}|metadata|must be an object
                    {#,'instructions':['a']}|instructions|must be a string
                    {#,'text':{'format':{'type':'xml'}}}|text.format.type|must be one of text, json_object, json_schema
                    {#,'tools':[{'type':'function'}]}|tools[0].name|is missing
                    {#,'tools':[{'type':'custom','name':''}]}|tools[0].name|must not be empty
                    {#,'tools':[{'type':'namespace','name':'','tools':[]}]}|tools[0].name|must not be empty
                    {'input':[{'type':'function_call','call_id':'c','name':''}]}|input[0].name|must not be empty
                    {#,'tools':[{'type':'namespace','name':'n','tools':[{'type':'function'}]}]}|tools[0].tools[0].name|is missing
                    {#,'tools':[{'type':'custom','name':'c','format':{'type':'grammar','syntax':'lark'}}]}|tools[0].format.definition|is missing
                    {#,'tool_choice':7}|tool_choice|must be a string or an object
                    {#,'tool_choice':'any'}|tool_choice|must be one of auto, none, required
                    {#,'tool_choice':'required','tools':[{'type':'web_search'}]}|tool_choice|demands a tool, and the request has none that can be called here
                    {#,'tool_choice':{'type':'file search'},'tools':[{'type':'file_search'}]}|tool_choice.type|demands 'file_search', which this gateway does not have
                    {#,'tool_choice':{'type':'function','name':'g'},'tools':[{'type':'function','name':'f'}]}|tool_choice.name|is not one of the tools
                    {#,'tool_choice':{'type':'custom','name':'f'},'tools':[{'type':'function','name':'f'}]}|tool_choice.name|is not one of the tools
                    {#,'tool_choice':{'type':'allowed_tools','mode':'required','tools':[]},'tools':[{'type':'function','name':'f'}]}|tool_choice.mode|demands a tool, and the request has none that can be called here
                    """)
    void invalid_request_error_names_field_and_problem(String body, String field, String problem) {
        Requests.assertRefused(field, problem, () -> read(body));
    }

    @Test
    void more_than_1000_tools_are_refused() {
        String tools = IntStream.rangeClosed(0, 1000)
                .mapToObj(i -> "{'type':'function','name':'f" + i + "'}")
                .collect(Collectors.joining(","));
        Requests.assertRefused(
                "tools[0].tools",
                "must be at most 1000, those in namespaces and items included",
                () -> read("{#,'tools':[{'type':'namespace','name':'n','tools':[" + tools + "]}]}"));
    }

    @Test
    void duplicate_and_dropped_tools_do_not_count_toward_the_limit() {
        String tools = IntStream.range(0, 1000)
                .mapToObj(i -> "{'type':'function','name':'f" + i + "'}")
                .collect(Collectors.joining(","));
        var request = read("{'tools':[" + tools + ",{'type':'web_search'}],'input':[{'role':'user','content':'a'},"
                + "{'type':'additional_tools','tools':[{'type':'function','name':'f7'}]}],'tool_choice':"
                + "{'type':'allowed_tools','mode':'auto','tools':[" + tools.replace("'f1", "'x") + "]}}");

        assertEquals(889, request.command().conversation().tools().size());
        assertNull(request.tools().upstream().nameOf(new OfferedTools.ClientTool(ItemKind.FUNCTION_CALL, null, "f1")));
    }

    @Test
    void more_than_10000_input_items_are_refused() {
        Requests.assertRefused(
                "input", "must have at most 10000 items", () -> read("{'input':[" + "7,".repeat(10_000) + "7]}"));
    }

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
    void random_request_is_read_or_refused() {
        Requests.assertReadOrRefused(REQUESTS, ResponsesRequest::read);
    }
}
