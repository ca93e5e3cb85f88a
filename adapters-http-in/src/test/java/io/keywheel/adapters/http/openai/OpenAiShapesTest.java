package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.openai.Asked.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.request.Requests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiShapesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {#,'model':7}|model|must be a string
                    {#,'model':''}|model|must not be blank; leave it out for any
                    {#,'model':'a b'}|model|must be 1 to 200 printable ASCII characters without blanks
                    {#,'fallback':'no'}|fallback|must be true or false
                    {#,'stream':1}|stream|must be true or false
                    {#,'stream':true,'stream_options':true}|stream_options|must be an object
                    {#,'stream':false,'stream_options':{}}|stream_options|is only allowed with stream: true
                    {#,'stream':true,'stream_options':{'include_usage':1}}|stream_options.include_usage|must be true or false
                    {#,'temperature':-1e-9}|temperature|must be from 0 to 2
                    {#,'temperature':2.0001}|temperature|must be from 0 to 2
                    {#,'top_p':[]}|top_p|must be a number
                    {#,'top_p':-0.1}|top_p|must be from 0 to 1
                    {#,'top_p':1.1}|top_p|must be from 0 to 1
                    {#,'stop':['a','b','c','d','e']}|stop|must be a string or at most 4 of them: the providers take no more
                    {#,'stop':['a',null]}|stop[1]|must be a string
                    {#,'stop':''}|stop|must not be empty
                    {#,'seed':1.0}|seed|must be an integer
                    {#,'seed':9223372036854775808}|seed|must be from -9223372036854775808 to 9223372036854775807
                    {#,'temperature':1e400}|temperature|must be from 0 to 2
                    {#,'seed':-9223372036854775809}|seed|must be from -9223372036854775808 to 9223372036854775807
                    {#,'n':0}|n|must be from 1 to 128
                    {#,'n':129}|n|must be from 1 to 128
                    {#,'max_tokens':9223372036854775807}|max_tokens|must be from 1 to 2147483647
                    {#,'max_tokens':0,'max_completion_tokens':1}|max_tokens|must be from 1 to 2147483647
                    {#,'max_completion_tokens':2147483648}|max_completion_tokens|must be from 1 to 2147483647
                    {#,'max_completion_tokens':'1'}|max_completion_tokens|must be an integer
                    {}|messages|is missing
                    {'messages':[]}|messages|must have at least one message
                    {'messages':{}}|messages|must be an array
                    {'messages':['a']}|messages[0]|must be an object
                    {#,'tools':{}}|tools|must be an array
                    {#,'tools':['f']}|tools[0]|must be an object
                    {#,'tools':[{'type':'x'},{'function':{}}]}|tools[1].type|is missing
                    {#,'tools':[{'type':'function'}]}|tools[0].function|is missing
                    {#,'tools':[{'type':'function','function':7}]}|tools[0].function|must be an object
                    {#,'tools':[{'type':'function','function':{}}]}|tools[0].function.name|is missing
                    {#,'tools':[{'type':'function','function':{'name':7}}]}|tools[0].function.name|must be a string
                    {#,'tools':[{'type':'function','function':{'name':'f','description':7}}]}|tools[0].function.description|must be a string
                    {#,'tools':[{'type':'function','function':{'name':'f','parameters':'{}'}}]}|tools[0].function.parameters|must be an object
                    {#,'tools':[{'type':'function','function':{'name':'f','strict':'x'}}]}|tools[0].function.strict|must be true or false
                    {#,'tool_choice':7}|tool_choice|must be a string or an object
                    {#,'tool_choice':['auto']}|tool_choice|must be a string or an object
                    {'messages':[{'role':'user','content':'a'},{'content':'a'}]}|messages[1].role|is missing
                    {'messages':[{'role':7}]}|messages[0].role|must be a string
                    {'messages':[{'role':'function'}]}|messages[0].role|must be one of system, developer, user, assistant, tool
                    {'messages':[{'role':'User'}]}|messages[0].role|must be one of system, developer, user, assistant, tool
                    {'messages':[{'role':'user'}]}|messages[0].content|is missing
                    {'messages':[{'role':'user','content':null,'refusal':'no'}]}|messages[0].content|is missing
                    {'messages':[{'role':'tool','tool_call_id':'c'}]}|messages[0].content|is missing
                    {'messages':[{'role':'assistant'}]}|messages[0].content|is missing
                    {'messages':[{'role':'assistant','name':'Ann','refusal':null}]}|messages[0].content|is missing
                    {'messages':[{'role':'user','content':7}]}|messages[0].content|must be a string or an array of parts
                    {'messages':[{'role':'user','content':[]}]}|messages[0].content|must have at least one part
                    {'messages':[{'role':'user','content':['a']}]}|messages[0].content[0]|must be an object
                    {'messages':[{'role':'user','content':[{'type':'x'},{}]}]}|messages[0].content[1].type|is missing
                    {'messages':[{'role':'user','content':[{'type':'text'}]}]}|messages[0].content[0].text|is missing
                    {'messages':[{'role':'user','content':[{'type':'text','text':7}]}]}|messages[0].content[0].text|must be a string
                    {'messages':[{'role':'user','content':[{'type':'image_url'}]}]}|messages[0].content[0].image_url|is missing
                    {'messages':[{'role':'user','content':[{'type':'image_url','image_url':7}]}]}|messages[0].content[0].image_url|must be an object
                    {'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'x':1}}]}]}|messages[0].content[0].image_url.url|is missing
                    {'messages':[{'role':'tool','content':'a'}]}|messages[0].tool_call_id|is missing
                    {'messages':[{'role':'tool','content':'a','tool_call_id':7}]}|messages[0].tool_call_id|must be a string
                    {'messages':[{'role':'user','content':'a','tool_call_id':'c'}]}|messages[0].tool_call_id|is only allowed in messages of a tool
                    {'messages':[{'role':'user','content':'a','tool_calls':[{'id':'c','type':'x'}]}]}|messages[0].tool_calls|is only allowed in messages of the assistant
                    {'messages':[{'role':'assistant','tool_calls':{}}]}|messages[0].tool_calls|must be an array
                    {'messages':[{'role':'assistant','tool_calls':[7]}]}|messages[0].tool_calls[0]|must be an object
                    {'messages':[{'role':'assistant','tool_calls':[{'type':'function'}]}]}|messages[0].tool_calls[0].id|is missing
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c'}]}]}|messages[0].tool_calls[0].type|is missing
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'x'},{'id':'c','type':'function'}]}]}|messages[0].tool_calls[1].function|is missing
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':'f'}]}]}|messages[0].tool_calls[0].function|must be an object
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{}}]}]}|messages[0].tool_calls[0].function.name|is missing
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':7,'x':1}}]}]}|messages[0].tool_calls[0].function.name|must be a string
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':'f'}}]}]}|messages[0].tool_calls[0].function.arguments|is missing
                    {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function','function':{'name':'f','arguments':{}}}]}]}|messages[0].tool_calls[0].function.arguments|must be a string
                    """)
    void invalid_request_error_names_field_and_problem(String body, String field, String problem) {
        assertRefused(body, field, problem);
    }

    @Test
    void more_than_10000_messages_are_refused() {
        assertRefused("{'messages':[" + "7,".repeat(10_000) + "7]}", "messages", "must have at most 10000 messages");
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
        Requests.assertRefused(field, problem, () -> read(body));
    }
}
