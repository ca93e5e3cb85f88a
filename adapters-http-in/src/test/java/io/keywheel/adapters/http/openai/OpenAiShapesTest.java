package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.openai.Asked.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.adapters.http.errors.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiShapesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{#,'model':7}|model|must be a string",
                "{#,'model':''}|model|must not be blank; leave it out for any",
                "{#,'model':'a b'}|model|must be 1 to 200 printable ASCII characters without blanks",
                "{#,'fallback':'no'}|fallback|must be true or false",
                "{#,'stream':1}|stream|must be true or false",
                "{#,'stream':true,'stream_options':true}|stream_options|must be an object",
                "{#,'stream_options':{}}|stream_options|is only allowed with stream: true",
                "{#,'stream':false,'stream_options':{}}|stream_options|is only allowed with stream: true",
                "{#,'stream':true,'stream_options':{'include_usage':1}}|stream_options.include_usage|must be true or false",
                "{#,'temperature':'1'}|temperature|must be a number",
                "{#,'temperature':-1e-9}|temperature|must be from 0 to 2",
                "{#,'temperature':2.0001}|temperature|must be from 0 to 2",
                "{#,'top_p':[]}|top_p|must be a number",
                "{#,'top_p':-0.1}|top_p|must be from 0 to 1",
                "{#,'top_p':1.1}|top_p|must be from 0 to 1",
                "{#,'stop':['a','b','c','d','e']}|stop|must be a string or at most 4 of them: the providers take no more",
                "{#,'stop':['a',null]}|stop[1]|must be a string",
                "{#,'stop':{}}|stop|must be a string",
                "{#,'stop':''}|stop|must not be empty",
                "{#,'seed':1.0}|seed|must be an integer",
                "{#,'seed':9223372036854775808}|seed|must be from -9223372036854775808 to 9223372036854775807",
                "{#,'temperature':1e400}|temperature|must be from 0 to 2",
                "{#,'top_p':-1e400}|top_p|must be from 0 to 1",
                "{#,'seed':-9223372036854775809}|seed|must be from -9223372036854775808 to 9223372036854775807",
                "{#,'seed':1e400}|seed|must be an integer",
                "{#,'n':-1}|n|must be from 1 to 128",
                "{#,'n':2147483648}|n|must be from 1 to 128",
                "{#,'n':0}|n|must be from 1 to 128",
                "{#,'n':129}|n|must be from 1 to 128",
                "{#,'max_tokens':-2147483648}|max_tokens|must be from 1 to 2147483647",
                "{#,'max_tokens':9223372036854775807}|max_tokens|must be from 1 to 2147483647",
                "{#,'max_tokens':1e400}|max_tokens|must be an integer",
                "{#,'max_tokens':0}|max_tokens|must be from 1 to 2147483647",
                "{#,'max_tokens':0,'max_completion_tokens':1}|max_tokens|must be from 1 to 2147483647",
                "{#,'max_completion_tokens':2147483648}|max_completion_tokens|must be from 1 to 2147483647",
                "{#,'max_completion_tokens':'1'}|max_completion_tokens|must be an integer",
                "{}|messages|is missing",
                "{'messages':null}|messages|is missing",
                "{'messages':[]}|messages|must have at least one message",
                "{'messages':{}}|messages|must be an array",
                "{'messages':'a'}|messages|must be an array",
                "{'messages':['a']}|messages[0]|must be an object",
                "{'messages':[null]}|messages[0]|must be an object",
                "{#,'tools':{}}|tools|must be an array",
                "{#,'tools':['f']}|tools[0]|must be an object",
                "{#,'tools':[{'type':'x'},{'function':{}}]}|tools[1].type|is missing",
                "{#,'tools':[{'type':'function'}]}|tools[0].function|is missing",
                "{#,'tools':[{'type':'function','function':7}]}|tools[0].function|must be an object",
                "{#,'tools':[{'type':'function','function':{}}]}|tools[0].function.name|is missing",
                "{#,'tools':[{'type':'function','function':{'name':7}}]}|tools[0].function.name|must be a string",
                "{#,'tools':[{'type':'function','function':{'name':'f','description':7}}]}|tools[0].function.description|must be a string",
                "{#,'tools':[{'type':'function','function':{'name':'f','parameters':'{}'}}]}|tools[0].function.parameters|must be an object",
                "{#,'tools':[{'type':'function','function':{'name':'f','strict':'x'}}]}|tools[0].function.strict|must be true or false",
                "{#,'tool_choice':7}|tool_choice|must be a string or an object",
                "{#,'tool_choice':true}|tool_choice|must be a string or an object",
                "{#,'tool_choice':['auto']}|tool_choice|must be a string or an object",
            })
    void invalid_request_error_names_field_and_problem(String body, String field, String problem) {
        assertRefused(body, field, problem);
    }

    @Test
    void more_than_10000_messages_are_refused() {
        assertRefused("{'messages':[" + "7,".repeat(10_000) + "7]}", "messages", "must have at most 10000 messages");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "'content':'a'|role|is missing",
                "'role':7|role|must be a string",
                "'role':'function'|role|must be one of system, developer, user, assistant, tool",
                "'role':'User'|role|must be one of system, developer, user, assistant, tool",
                "'role':'user'|content|is missing",
                "'role':'user','content':null,'refusal':'no'|content|is missing",
                "'role':'tool','tool_call_id':'c'|content|is missing",
                "'role':'assistant'|content|is missing",
                "'role':'assistant','tool_calls':[]|content|is missing",
                "'role':'assistant','name':'Ann','refusal':null|content|is missing",
                "'role':'user','content':7|content|must be a string or an array of parts",
                "'role':'user','content':{}|content|must be a string or an array of parts",
                "'role':'user','content':[]|content|must have at least one part",
                "'role':'user','content':['a']|content[0]|must be an object",
                "'role':'user','content':[{'type':'x'},{}]|content[1].type|is missing",
                "'role':'user','content':[{'type':7}]|content[0].type|must be a string",
                "'role':'user','content':[{'type':'text'}]|content[0].text|is missing",
                "'role':'user','content':[{'type':'text','text':7}]|content[0].text|must be a string",
                "'role':'user','content':[{'type':'image_url'}]|content[0].image_url|is missing",
                "'role':'user','content':[{'type':'image_url','image_url':7}]|content[0].image_url|must be an object",
                "'role':'user','content':[{'type':'image_url','image_url':{'x':1}}]|content[0].image_url.url|is missing",
                "'role':'tool','content':'a'|tool_call_id|is missing",
                "'role':'tool','content':'a','tool_call_id':7|tool_call_id|must be a string",
                "'role':'user','content':'a','tool_call_id':'c'|tool_call_id|is only allowed in messages of a tool",
                "'role':'user','content':'a','tool_calls':[{'id':'c','type':'x'}]|tool_calls|is only allowed in messages of the assistant",
            })
    void invalid_message_error_names_field_and_problem(String message, String field, String problem) {
        assertRefused(
                "{'messages':[{'role':'user','content':'a'},{" + message + "}]}", "messages[1]." + field, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}||must be an array",
                "[7]|[0]|must be an object",
                "[{'type':'function'}]|[0].id|is missing",
                "[{'id':7}]|[0].id|must be a string",
                "[{'id':'c'}]|[0].type|is missing",
                "[{'id':'c','type':'x'},{'id':'c','type':'function'}]|[1].function|is missing",
                "[{'id':'c','type':'function','function':'f'}]|[0].function|must be an object",
                "[{'id':'c','type':'function','function':{}}]|[0].function.name|is missing",
                "[{'id':'c','type':'function','function':{'name':7,'x':1}}]|[0].function.name|must be a string",
                "[{'id':'c','type':'function','function':{'name':'f'}}]|[0].function.arguments|is missing",
                "[{'id':'c','type':'function','function':{'name':'f','arguments':{}}}]|[0].function.arguments|must be a string",
            })
    void invalid_tool_call_error_names_field_and_problem(String calls, String field, String problem) {
        assertRefused(
                "{'messages':[{'role':'assistant','tool_calls':" + calls + "}]}",
                "messages[0].tool_calls" + (field == null ? "" : field),
                problem);
    }

    @Test
    void model_name_is_limited_to_200_characters() {
        String longest = "m".repeat(200);

        assertEquals(
                longest,
                read("{#,'model':'" + longest + "'}").command().selection().model());
        assertRefused(
                "{#,'model':'" + longest + "m'}",
                "model",
                "must be 1 to 200 printable ASCII characters without blanks");
    }

    private static void assertRefused(String body, String field, String problem) {
        var invalid = assertThrows(RefusedException.class, () -> read(body));

        assertEquals(field + " " + problem, invalid.message());
        assertEquals(field, invalid.field());
    }
}
