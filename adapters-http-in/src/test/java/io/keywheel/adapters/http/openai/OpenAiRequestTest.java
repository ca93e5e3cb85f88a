package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.openai.OpenAiRequests.choice;
import static io.keywheel.adapters.http.openai.OpenAiRequests.read;
import static io.keywheel.adapters.http.openai.OpenAiRequests.said;
import static io.keywheel.adapters.http.openai.OpenAiRequests.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.request.Requests;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Request fields of OpenAI's API besides messages.
class OpenAiRequestTest {

    private static final ChatCommand LEAST = ChatCommand.of(Conversation.of(Message.user("a")));

    @ParameterizedTest
    @ValueSource(strings = {"", """
            ,'model':null,'temperature':null,'top_p':null,'stop':null,'seed':null,'n':null,'tools':null,
            'stream':null,'fallback':null,'tool_choice':null""", ",'tools':[]"})
    void minimal_request_uses_the_defaults(String more) {
        assertEquals(new OpenAiRequest(LEAST, false, false), read("{#" + more + "}"));
    }

    @Test
    void null_limits_and_stream_options_count_as_missing() {
        var read = read("{#,'max_tokens':null,'max_completion_tokens':null,'stream_options':null}");

        assertEquals(Sampling.DEFAULT, read.command().sampling());
        assertFalse(read.includeUsage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss-120b", "groq/openai/gpt-oss-20b", "auto", "Auto"})
    void model_name_is_kept_verbatim(String model) {
        assertEquals(
                new ModelSelector(null, model),
                read("{#,'model':'" + model + "'}").command().selection());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'prompt_cache_key':'a','user':'b','metadata':{'user_id':'c'} | a
                    'prompt_cache_key':'','user':'b','metadata':{'user_id':'c'} | b
                    'prompt_cache_key':1,'user':null,'metadata':{'user_id':'c'} | c
                    'metadata':'c' |
                    """)
    void cache_key_is_the_first_valid_client_identifier(String fields, @Nullable String cacheKey) {
        assertEquals(cacheKey, read("{#," + fields + "}").command().cacheKey());
    }

    @Test
    void fallback_and_stream_are_read_and_not_forwarded() {
        assertEquals(new OpenAiRequest(LEAST, true, false), read("{#,'stream':true,'fallback':true}"));
        assertEquals(false, read("{#,'fallback':false}").command().fallback());
    }

    @Test
    void stream_options_are_read_and_forwarded_verbatim() {
        var asked = read("{#,'stream':true,'stream_options':{'x':1.10,'include_usage':true}}");

        assertTrue(asked.includeUsage());
        assertEquals(
                "stream_options={'x':1.10,'include_usage':true}",
                said(asked.command().extras()));
    }

    @Test
    void all_sampling_fields_are_read() {
        var command = read("{#,'temperature':1.10,'top_p':1E-1,'stop':['b','a'],'seed':-9223372036854775808,'n':128}")
                .command();

        assertEquals(
                new Sampling(new Decimal("1.10"), null, new Decimal("1E-1"), List.of("b", "a"), Long.MIN_VALUE, 128),
                command.sampling());
        assertSame(Extras.NONE, command.extras());
    }

    @Test
    void sampling_ranges_are_inclusive() {
        assertEquals(
                new Sampling(new Decimal("-0"), 1L, new Decimal("0"), List.of(), Long.MAX_VALUE, 1),
                read("{#,'temperature':-0,'top_p':0,'stop':[],'seed':9223372036854775807,'n':1,'max_tokens':1}")
                        .command()
                        .sampling());
        assertEquals(
                new Sampling(new Decimal("2.0"), null, new Decimal("1"), List.of("a"), null, null),
                read("{#,'temperature':2.0,'top_p':1,'stop':'a'}").command().sampling());
    }

    @ParameterizedTest
    @CsvSource({
        "max_tokens=7, 7",
        "max_completion_tokens=7, 7",
        "max_tokens=7 max_completion_tokens=8, 8",
    })
    void max_completion_tokens_wins_and_both_limits_are_forwarded(String limits, long most) {
        var command = read("{#,'" + limits.replace("=", "':").replace(" ", ",'") + "}")
                .command();

        assertEquals(most, command.sampling().maxTokens());
        assertEquals(limits, said(command.extras()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    ''                                                    |   |   |
                    'description':null,'parameters':null,'strict':null    |   |   |
                    'strict':false                                        |   |   | false
                    'description':'d','strict':true,'parameters':{'maximum':9007199254740993,'minimum':1.10,'title':'a\\ud83d'} | d | {'maximum':9007199254740993,'minimum':1.10,'title':'a\\ud83d'} | true
                    """)
    void function_tool_keeps_optional_fields_verbatim(
            String fields, @Nullable String description, @Nullable String schema, @Nullable Boolean strict) {
        String more = fields.equals("''") ? "" : "," + fields;

        assertEquals(
                new Tool.Function(
                        "f", description, schema == null ? null : schema.replace('\'', '"'), strict, Extras.NONE),
                tool("{'type':'function','function':{'name':'f'" + more + "}}"));
    }

    @Test
    void tools_keep_their_order() {
        assertEquals(
                List.of(new Tool.Other(Extras.of("type", "\"b\"")), new Tool.Other(Extras.of("type", "\"a\""))),
                read("{#,'tools':[{'type':'b'},{'type':'a'}]}")
                        .command()
                        .conversation()
                        .tools());
    }

    @Test
    void known_tool_choice_is_read() {
        assertNull(choice("null"));
        assertEquals(ToolChoice.Mode.AUTO, choice("'auto'"));
        assertEquals(ToolChoice.Mode.NONE, choice("'none'"));
        assertEquals(ToolChoice.Mode.REQUIRED, choice("'required'"));
        assertEquals(new ToolChoice.Function("f"), choice("{'function':{'name':'f'},'type':'function'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'any'",
                "''",
                "{}",
                "{'type':'a\\ud83d'}",
                "{'type':'function'}",
                "{'type':'function','function':{'name':7}}",
                "{'type':'function','function':{'name':'f','x':1.10}}",
                "{'type':'function','function':{'name':'f'},'x':-0}",
                "{'type':'allowed_tools','function':{'name':'f'}}",
                "{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[]}}",
            })
    void unknown_tool_choice_is_kept_verbatim(String choice) {
        assertEquals(new ToolChoice.Other(choice.replace('\'', '"')), choice(choice));
    }

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
        Requests.assertRefused(field, problem, () -> read(body));
    }

    @Test
    void more_than_10000_messages_are_refused() {
        Requests.assertRefused(
                "messages",
                "must have at most 10000 messages",
                () -> read("{'messages':[" + "7,".repeat(10_000) + "7]}"));
    }

    @Test
    void model_name_is_limited_to_200_characters() {
        String longest = "m".repeat(200);

        assertEquals(
                longest,
                read("{#,'model':'" + longest + "'}").command().selection().model());
        Requests.assertRefused(
                "model",
                "must be 1 to 200 printable ASCII characters without blanks",
                () -> read("{#,'model':'" + longest + "m'}"));
    }
}
