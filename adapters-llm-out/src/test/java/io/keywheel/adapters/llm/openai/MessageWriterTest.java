package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ASSISTANT_MESSAGE;
import static io.keywheel.adapters.llm.openai.Dialect.Place.PART;
import static io.keywheel.adapters.llm.openai.Dialect.Place.TOOL_MESSAGE;
import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static io.keywheel.adapters.llm.openai.WrittenRequest.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Message.Reasoning;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageWriterTest {

    private static final Dialect OPEN = Dialect.OPENAI;
    private static final Dialect STRICT = OPEN.with(Trait.TEXT_JOINED).without(PART, "cache_control");
    private static final Dialect UNCOPIED = OPEN.with(Trait.COPIES_OMITTED);
    private static final Part MOODY = new Part.Text("a", extras("mood=1"));
    private static final Part MARKED = new Part.Text("a", extras("cache_control={'ttl':1.0}"));

    private static Message user(Part... parts) {
        return message(Role.USER, null, parts);
    }

    private static Message calling(ToolCall call, Part... content) {
        return new Message(Role.ASSISTANT, List.of(content), List.of(call), null, Extras.NONE);
    }

    static Stream<Arguments> messages() {
        var parts = user(new Part.Text("a"), new Part.Text("b"));
        var mood = user(MOODY);
        var refusing = message(Role.ASSISTANT, "refusal='No'");
        var result = new Message(Role.TOOL, List.of(new Part.Text("42")), List.of(), "c1", Extras.NONE);
        var thought = new Message(
                Role.ASSISTANT,
                List.of(new Part.Text("Hi")),
                List.of(),
                null,
                false,
                new Reasoning("hm", null),
                Extras.NONE);
        String named = "name='Al'; role='user'; content='b'; x=null; y=1.0";
        return Stream.of(
                arguments(OPEN, user(new Part.Text("a")), "'role':'user','content':'a'"),
                arguments(STRICT, user(new Part.Text("a")), "'role':'user','content':'a'"),
                // Text parts are written as parts, or as one string if the dialect requires that.
                arguments(
                        OPEN, parts, "'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]"),
                arguments(STRICT, parts, "'role':'user','content':'a\\nb'"),
                // Extra fields keep a part separate, unless the dialect drops them.
                arguments(
                        OPEN,
                        user(MARKED),
                        "'role':'user','content':[{'type':'text','text':'a','cache_control':{'ttl':1.0}}]"),
                arguments(STRICT, user(MARKED), "'role':'user','content':'a'"),
                // Copied fields of an assistant's text are left out, also beside other parts.
                arguments(Dialect.STRICT, message(Role.ASSISTANT, null, MOODY), "'role':'assistant','content':'a'"),
                arguments(
                        UNCOPIED,
                        message(Role.ASSISTANT, null, MOODY, new Part.Other(extras("type='refusal'; refusal='No'"))),
                        "'role':'assistant','content':[{'type':'text','text':'a'},{'type':'refusal','refusal':'No'}]"),
                arguments(UNCOPIED, mood, "'role':'user','content':[{'type':'text','text':'a','mood':1}]"),
                arguments(
                        OPEN,
                        message(Role.ASSISTANT, null, MOODY),
                        "'role':'assistant','content':[{'type':'text','text':'a','mood':1}]"),
                arguments(STRICT, mood, "'role':'user','content':[{'type':'text','text':'a','mood':1}]"),
                arguments(
                        OPEN.with(Trait.REASONING_RETURNED),
                        thought,
                        "'role':'assistant','content':'Hi','reasoning_content':'hm'"),
                arguments(
                        OPEN.with(Trait.REASONING_RETURNED),
                        Message.assistant("Hi"),
                        "'role':'assistant','content':'Hi','reasoning_content':' '"),
                arguments(
                        OPEN.with(Trait.REASONING_RETURNED),
                        message(Role.ASSISTANT, "reasoning_content='a'", new Part.Text("Hi")),
                        "'role':'assistant','content':'Hi','reasoning_content':'a'"),
                arguments(
                        OPEN.with(Trait.REASONING_RETURNED),
                        message(Role.ASSISTANT, "prefix=true", new Part.Text("Hi")),
                        "'role':'assistant','content':'Hi','prefix':true"),
                arguments(
                        OPEN.with(Trait.REASONING_RETURNED),
                        message(Role.ASSISTANT, "prefix=false", new Part.Text("Hi")),
                        "'role':'assistant','content':'Hi','reasoning_content':' ','prefix':false"),
                arguments(OPEN.with(Trait.REASONING_RETURNED), user(new Part.Text("a")), "'role':'user','content':'a'"),
                // An assistant message without text but with other fields has null content.
                arguments(OPEN, refusing, "'role':'assistant','content':null,'refusal':'No'"),
                arguments(OPEN.without(ASSISTANT_MESSAGE, "refusal"), refusing, "'role':'assistant','content':''"),
                arguments(OPEN, result, "'role':'tool','content':'42','tool_call_id':'c1'"),
                // No field is written twice, and a dialect drops fields by role.
                arguments(
                        OPEN.without(TOOL_MESSAGE, "name"),
                        message(Role.USER, named, new Part.Text("a")),
                        "'role':'user','content':'a','name':'Al','y':1.0"),
                arguments(
                        OPEN.without(TOOL_MESSAGE, "name"),
                        message(Role.TOOL, named, new Part.Text("a")),
                        "'role':'tool','content':'a','y':1.0"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void message_is_written_in_the_dialect(Dialect dialect, Message message, String written) {
        assertEquals("{" + written + "}", message(dialect, message));
    }

    @Test
    void image_and_other_parts_are_written_unchanged() {
        var picture = new Part.Image("data:image/png;base64,AA==", "low", extras("min_pixels=1.0"));
        var sound = new Part.Other(extras("type='input_audio'; input_audio={'data':'AA=='}"));

        for (Dialect dialect : List.of(OPEN, STRICT)) {
            assertEquals(
                    "{'role':'user','content':[{'type':'text','text':'What?'},{'type':'image_url',"
                            + "'image_url':{'url':'data:image/png;base64,AA==','detail':'low'},'min_pixels':1.0},"
                            + "{'type':'input_audio','input_audio':{'data':'AA=='}}]}",
                    message(dialect, user(new Part.Text("What?"), picture, sound)));
        }
    }

    @Test
    void dropped_fields_are_left_out_of_image_and_other_parts() {
        var picture = new Part.Image("https://a.example/", null, extras("cache_control={}"));
        var sound = new Part.Other(extras("type='input_audio'; cache_control={}"));

        assertEquals(
                "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a.example/'}},"
                        + "{'type':'input_audio'}]}",
                message(STRICT, user(picture, sound)));
    }

    static Stream<Arguments> calls() {
        var plain = new ToolCall("c1", "f", "{}");
        var more = new ToolCall("c1", "f", "{}", extras("extra_content={'x':1.0}; index=0"));
        String f = "'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}";
        var parsed = extras("type='function'; function={'name':'f','arguments':'{}','parsed_arguments':{}}");
        return Stream.of(
                arguments(OPEN, calling(plain), "null", f),
                arguments(STRICT, calling(plain), "null", f),
                // Empty text beside a call becomes null in a strict dialect.
                arguments(OPEN, calling(plain, new Part.Text("")), "''", f),
                arguments(STRICT, calling(plain, new Part.Text("")), "null", f),
                // Arguments stay verbatim.
                arguments(
                        OPEN,
                        calling(new ToolCall("c1", "f", "{ \"a\":1.0")),
                        "null",
                        "'id':'c1','type':'function','function':{'name':'f','arguments':'{ \\'a\\':1.0'}"),
                arguments(OPEN, calling(more), "null", f + ",'extra_content':{'x':1.0},'index':0"),
                // A call with further fields of its function stays as written.
                arguments(
                        OPEN,
                        calling(new ToolCall("c1", "f", "{}", parsed)),
                        "null",
                        f.replace("'{}'}", "'{}','parsed_arguments':{}}")),
                arguments(
                        OPEN,
                        calling(new ToolCall("c1", "", "", extras("type='custom'; custom={'name':'g'}"))),
                        "null",
                        "'id':'c1','type':'custom','custom':{'name':'g'}"));
    }

    @Test
    void results_of_tools_are_answered_and_match_short_ids_of_calls() {
        var calls = List.of(new ToolCall("call_1", "f", "{}"), new ToolCall("aB3dE5gH9", "f", "{}"));
        var conversation = new Conversation(
                List.of(
                        new Message(Role.ASSISTANT, List.of(), calls, null, Extras.NONE),
                        new Message(Role.TOOL, List.of(new Part.Text("1")), List.of(), "call_1", Extras.NONE),
                        new Message(Role.TOOL, List.of(new Part.Text("2")), List.of(), "aB3dE5gH9", Extras.NONE),
                        Message.user("And?"),
                        Message.user("Well?"),
                        new Message(Role.TOOL, List.of(new Part.Text("3")), List.of(), "aB3dE5gH9", Extras.NONE),
                        Message.assistant("Good")),
                List.of(),
                null);
        String f = ",'type':'function','function':{'name':'f','arguments':'{}'}}";

        assertEquals(
                "{'role':'assistant','content':null,'tool_calls':[{'id':'e2c1ce991'" + f + ",{'id':'aB3dE5gH9'" + f
                        + "]},{'role':'tool','content':'1','tool_call_id':'e2c1ce991'},"
                        + "{'role':'tool','content':'2','tool_call_id':'aB3dE5gH9'},"
                        + "{'role':'assistant','content':'OK.'},"
                        + "{'role':'user','content':'And?'},{'role':'user','content':'Well?'},"
                        + "{'role':'tool','content':'3','tool_call_id':'aB3dE5gH9'},"
                        + "{'role':'assistant','content':'Good'}",
                WrittenRequest.messages(OPEN.with(Trait.SHORT_CALL_IDS).with(Trait.RESULTS_ANSWERED), conversation));
        assertFalse(WrittenRequest.messages(OPEN, conversation).contains("OK."));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void assistant_tool_calls_are_written_in_the_dialect(
            Dialect dialect, Message message, String content, String call) {
        assertEquals(
                "{'role':'assistant','content':" + content + ",'tool_calls':[{" + call + "}]}",
                message(dialect, message));
    }
}
