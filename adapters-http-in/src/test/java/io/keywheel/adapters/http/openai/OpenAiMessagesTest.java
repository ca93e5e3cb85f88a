package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.openai.OpenAiRequests.call;
import static io.keywheel.adapters.http.openai.OpenAiRequests.message;
import static io.keywheel.adapters.http.openai.OpenAiRequests.part;
import static io.keywheel.adapters.http.openai.OpenAiRequests.read;
import static io.keywheel.adapters.http.openai.OpenAiRequests.said;
import static io.keywheel.adapters.http.openai.OpenAiRequests.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages of OpenAI's API with parts, calls and unknown fields.
class OpenAiMessagesTest {

    @ParameterizedTest
    @EnumSource(value = Role.class, names = "TOOL", mode = EnumSource.Mode.EXCLUDE)
    void plain_text_content_is_read_for_each_role(Role role) {
        String name = role.name().toLowerCase(Locale.ROOT);

        assertEquals(Message.of(role, "b"), message("{'role':'" + name + "','content':'b'}"));
        assertEquals(Message.of(role, ""), message("{'role':'" + name + "','content':''}"));
    }

    @Test
    void tool_message_has_its_tool_call_id() {
        assertEquals(
                new Message(Role.TOOL, List.of(new Part.Text("b")), List.of(), "c1", Extras.NONE),
                message("{'role':'tool','tool_call_id':'c1','content':'b'}"));
    }

    @Test
    void ten_thousand_messages_with_parts_keep_their_order() {
        String part = "{'role':'assistant','content':[{'type':'text','text':'a'}]},";
        String messages = part.repeat(9_999) + "{'role':'user','content':'b'}";
        var all =
                read("{'messages':[" + messages + "]}").command().conversation().messages();

        assertEquals(10_000, all.size());
        assertEquals(List.of(Message.assistant("a"), Message.user("b")), all.subList(9_998, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'refusal':'no'", "'audio':{'id':'x'}", "'function_call':{}", "'content':null,'x':false"})
    void assistant_message_with_other_fields_needs_no_content(String said) {
        var message = message("{'role':'assistant'," + said + "}");

        assertEquals(List.of(), message.content());
        assertEquals(1, message.extras().fields().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'content':null,", "'content':[],"})
    void assistant_message_with_tool_calls_needs_no_content(String content) {
        var call = new ToolCall("c1", "f", "{");

        assertEquals(
                new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE),
                message("{'role':'assistant'," + content
                        + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{'}}]}"));
    }

    @Test
    void user_message_may_have_empty_tool_calls() {
        assertEquals(Message.user("b"), message("{'role':'user','content':'b','tool_calls':[],'tool_call_id':null}"));
    }

    @Test
    void content_parts_keep_their_order() {
        assertEquals(
                List.of(new Part.Text("b"), new Part.Image("u", null), new Part.Text("a")),
                message("""
                                {'role':'user','content':[{'type':'text','text':'b'},{'type':'image_url','image_url':'u'},
                                {'type':'text','text':'a'}]}""").content());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'u'                         |
                    {'url':'u'}                 |
                    {'url':'u','detail':null}   |
                    {'url':'u','detail':'low'}  | low
                    """)
    void image_part_has_url_and_optional_detail(String image, String detail) {
        assertEquals(
                new Part.Image("u", detail, Extras.of("b", "1.10")),
                part("{'type':'image_url','image_url':" + image + ",'b':1.10}"));
    }

    /// The kind of the value read from `json`, and the fields that were kept as written.
    private static String kept(String kind, String json) {
        return switch (kind) {
            case "request" -> said(read(json).command().extras());
            case "message" -> said(message(json).extras());
            case "part" ->
                switch (part(json)) {
                    case Part.Text(var _, var extras) -> "text: " + said(extras);
                    case Part.Image(var _, var _, var extras) -> "image: " + said(extras);
                    case Part.Other(var fields) -> said(fields);
                };
            case "tool" ->
                switch (tool(json)) {
                    case Tool.Function function -> function.name() + ": " + said(function.extras());
                    case Tool.Other(var fields) -> said(fields);
                };
            default -> (call(json).name() + ": " + said(call(json).extras())).replaceFirst("^: ", "");
        };
    }

    /// Unknown fields are extras; what has an unknown structure is kept as a whole.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    request | {'z':null,'user':[9007199254740993],#,'logprobs':-0,'temprature':'?','':{}} | z=null user=[9007199254740993] logprobs=-0 temprature='?' ={}
                    message | {'z':1.10,'role':'user','name':'Ann','content':'b','a':null}    | z=1.10 name='Ann' a=null
                    part    | {'b':1.10,'type':'text','text':'c','a':null}                    | text: b=1.10 a=null
                    tool    | {'z':1.10,'type':'function','function':{'name':'f'},'a':null}   | f: z=1.10 a=null
                    call    | {'index':0,'id':'c','type':'function','function':{'name':'f','arguments':''},'a':1E+2} | f: index=0 a=1E+2
                    part | {'type':'image_url','image_url':{'url':'u','x':1.10}} | type='image_url' image_url={'url':'u','x':1.10}
                    part | {'z':[1.10],'type':'refusal','text':7}                | z=[1.10] type='refusal' text=7
                    part | {'type':'input_audio'}                                | type='input_audio'
                    part | {'type':'Text','text':'a'}                            | type='Text' text='a'
                    tool | {'z':1,'type':'function','function':{'x':1E+2,'name':'f'}} | z=1 type='function' function={'x':1E+2,'name':'f'}
                    tool | {'z':1.10,'type':'browser_search','function':7}       | z=1.10 type='browser_search' function=7
                    call | {'function':7,'id':'c','custom':{'a':1.10},'type':'custom'} | function=7 custom={'a':1.10} type='custom'
                    call | {'type':'function','id':'c','function':{'name':'f','arguments':'','x':-0}} | f: type='function' function={'name':'f','arguments':'','x':-0}
                    """)
    void unknown_fields_and_structures_are_kept_verbatim(String kind, String json, String kept) {
        assertEquals(kept, kept(kind, json));
    }
}
