package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.request.Asked.message;
import static io.keywheel.adapters.http.request.Asked.read;
import static io.keywheel.adapters.http.request.Asked.said;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiMessagesTest {

    @ParameterizedTest
    @EnumSource(value = Role.class, names = "TOOL", mode = EnumSource.Mode.EXCLUDE)
    void each_role_may_say_plain_words(Role role) {
        String name = role.name().toLowerCase(Locale.ROOT);

        assertEquals(Message.of(role, "b"), message("{'role':'" + name + "','content':'b'}"));
    }

    @Test
    void a_tool_says_which_call_it_answers() {
        assertEquals(
                new Message(Role.TOOL, List.of(new Part.Text("b")), List.of(), "c1", Extras.NONE),
                message("{'role':'tool','tool_call_id':'c1','content':'b'}"));
    }

    @Test
    void messages_keep_their_order() {
        var messages = read("{'messages':[{'role':'user','content':'b'},{'role':'assistant','content':'a'}]}")
                .command()
                .conversation()
                .messages();

        assertEquals(List.of(Message.user("b"), Message.assistant("a")), messages);
    }

    @Test
    void there_may_be_ten_thousand_messages() {
        String messages = "{'role':'user','content':'a'},".repeat(9_999) + "{'role':'user','content':'b'}";

        assertEquals(
                10_000,
                read("{'messages':[" + messages + "]}")
                        .command()
                        .conversation()
                        .messages()
                        .size());
    }

    @Test
    void no_words_are_words_too() {
        assertEquals(Message.user(""), message("{'role':'user','content':''}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'refusal':'no'", "'audio':{'id':'x'}", "'function_call':{}", "'content':null,'x':false"})
    void an_assistant_that_speaks_in_another_way_needs_no_content(String said) {
        var message = message("{'role':'assistant'," + said + "}");

        assertEquals(List.of(), message.content());
        assertEquals(1, message.extras().fields().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "'content':null,"})
    void an_assistant_that_calls_a_function_needs_no_content(String content) {
        var message = message("{'role':'assistant'," + content
                + "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'{'}}]}");

        assertEquals(
                new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("c1", "f", "{")), null, Extras.NONE),
                message);
    }

    @Test
    void what_else_a_message_says_rides_along() {
        var message = message("{'z':1.10,'role':'user','name':'Ann','content':'b','a':null}");

        assertEquals(
                List.of("z=1.10", "name='Ann'", "a=null"), said(message.extras().fields()));
    }

    @Test
    void a_role_that_calls_nothing_may_say_so() {
        assertEquals(Message.user("b"), message("{'role':'user','content':'b','tool_calls':[],'tool_call_id':null}"));
    }

    @Test
    void what_else_a_call_says_rides_along() {
        var call = call("{'index':0,'id':'c1','type':'function','function':{'name':'f','arguments':''},'a':1E+2}");

        assertEquals("f", call.name());
        assertEquals(List.of("index=0", "a=1E+2"), said(call.extras().fields()));
    }

    @Test
    void a_call_of_something_else_says_all_in_its_extras() {
        var call = call("{'function':7,'id':'c1','custom':{'input':1.10},'type':'custom'}");

        assertEquals(new ToolCall("c1", "", "", call.extras()), call);
        assertEquals(
                List.of("function=7", "custom={'input':1.10}", "type='custom'"),
                said(call.extras().fields()));
    }

    @Test
    void a_call_whose_function_says_more_than_we_know_is_kept_whole() {
        var call = call("{'type':'function','id':'c1','function':{'name':'f','arguments':'','x':-0}}");

        assertEquals(new ToolCall("c1", "", "", call.extras()), call);
        assertEquals(
                List.of("type='function'", "function={'name':'f','arguments':'','x':-0}"),
                said(call.extras().fields()));
    }

    private static ToolCall call(String call) {
        return message("{'role':'assistant','tool_calls':[" + call + "]}")
                .toolCalls()
                .getFirst();
    }
}
