package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole answers, in which `'` stands for a quotation mark.
class CompletionReaderTest {

    private static String choice(String message, String reason) {
        return "{'choices':[{'message':" + message + ",'finish_reason':'" + reason + "'}]}";
    }

    private static @Nullable Completion read(String json) {
        return AnswerReader.completion(Read.bytes(json.replace('\'', '"')));
    }

    private static Completion answered(String json) {
        return Objects.requireNonNull(read(json));
    }

    private static Reply said(String message) {
        return Objects.requireNonNull(read(choice(message, "stop")))
                .choices()
                .getFirst()
                .reply();
    }

    @Test
    void missing_finish_reason_is_other() {
        assertEquals(
                Completion.of(Reply.of("x"), FinishReason.OTHER, null),
                answered("{'choices':[{'message':{'content':'x'}}]}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    # Reasoning under both field names keeps both.
                    'reasoning':'Hm','reasoning_content':'Hm' | Hm | reasoning='Hm'; reasoning_content='Hm'
                    'reasoning_content':'Hm' | Hm | reasoning_content='Hm'
                    # Only a role other than assistant is kept.
                    'role':'assistant' | |
                    'role':'model' | | role='model'
                    """)
    void alternative_reasoning_and_role_fields_are_kept(
            String fields, @Nullable String reasoning, @Nullable String kept) {
        assertEquals(
                new Reply("x", reasoning, List.of(), extras(kept)).toString(),
                said("{'content':'x'," + fields + "}").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{'choices':[]}", "{'choices':[{'message':3}]}"})
    void body_without_a_choice_is_no_answer(String body) {
        assertNull(read(body));
    }

    static Stream<Arguments> calls() {
        String custom = "'type':'custom','custom':{'name':'f','input':'x'}";
        String strict = "{'name':'f','arguments':'{}','strict':true}";
        return Stream.of(
                // Arguments stay verbatim, also if sent as a JSON object.
                arguments(
                        "'id':'c1','type':'function','function':{'name':'f','arguments':'{  1.50'}",
                        new ToolCall("c1", "f", "{  1.50")),
                arguments("'function':{'name':'f','arguments':{'a':1.50}}", new ToolCall("", "f", "{\"a\":1.50}")),
                arguments(
                        "'id':'c1','more':{'t':1.0},'type':'function','function':{'name':'f','arguments':'{}'}",
                        new ToolCall("c1", "f", "{}", extras("more={'t':1.0}"))),
                // A call of another type or with unknown function fields keeps everything but its id as extras.
                arguments(
                        "'id':'c1'," + custom,
                        new ToolCall("c1", "", "", extras("type='custom'; custom={'name':'f','input':'x'}"))),
                arguments(
                        "'id':'c1','type':'function','function':" + strict,
                        new ToolCall("c1", "", "", extras("type='function'; function=" + strict))));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void tool_calls_are_read_without_content(String call, ToolCall expected) {
        var reply = said("{'tool_calls':[{" + call + "}]}");

        assertEquals(new Reply("", null, List.of(expected), Extras.NONE), reply);
        // Comparing texts also checks the order of map entries.
        assertEquals(List.of(expected).toString(), reply.toolCalls().toString());
    }
}
