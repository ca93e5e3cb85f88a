package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolCallPart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolCallReaderTest {

    private static final String OTHER = "\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x\"}";

    @Test
    void arguments_stay_as_the_model_wrote_them() {
        assertEquals(
                List.of(new ToolCall("c1", "f", "{ \"a\": 1.50")),
                read("{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{ \\\"a\\\": 1.50\"}}"));
    }

    @Test
    void arguments_may_be_json_themselves() {
        assertEquals(
                List.of(new ToolCall("", "f", "{\"a\":1.50}")),
                read("{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1.50}}}"));
    }

    @Test
    void what_else_a_call_says_is_an_extra() {
        assertEquals(
                List.of(new ToolCall("c1", "f", "{}", Extras.of("extra_content", "{\"google\":{\"t\":1.0}}"))),
                read("{\"id\":\"c1\",\"extra_content\":{\"google\":{\"t\":1.0}},\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"));
    }

    @Test
    void a_call_of_another_kind_is_all_extras_but_its_id() {
        assertEquals(
                List.of(new ToolCall("c1", "", "", extras("\"custom\"", "custom", "{\"name\":\"f\",\"input\":\"x\"}"))),
                read("{\"id\":\"c1\"," + OTHER + "}"));
    }

    @Test
    void a_function_that_says_more_than_the_vocabulary_is_of_another_kind() {
        String function = "{\"name\":\"f\",\"arguments\":\"{}\",\"strict\":true}";
        assertEquals(
                List.of(new ToolCall("c1", "", "", extras("\"function\"", "function", function))),
                read("{\"id\":\"c1\",\"type\":\"function\",\"function\":" + function + "}"));
    }

    @Test
    void fragments_belong_to_the_call_of_their_index_or_else_of_their_place() {
        assertEquals(
                List.of(new ToolCallPart(3, "c1", "f", ""), new ToolCallPart(1, null, null, "{\"")),
                fragments("{\"index\":3,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\"}},"
                        + "{\"function\":{\"arguments\":\"{\\\"\"}}"));
    }

    @Test
    void a_fragment_of_another_kind_keeps_its_type() {
        assertEquals(
                List.of(new ToolCallPart(
                        0, "c1", null, "", extras("\"custom\"", "custom", "{\"name\":\"f\",\"input\":\"x\"}"))),
                fragments("{\"index\":0,\"id\":\"c1\"," + OTHER + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"index\":0}",
                "{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"\"}}",
                "{\"index\":0,\"type\":null,\"function\":null}",
                "3"
            })
    void a_fragment_that_says_nothing_is_left_out(String fragment) {
        assertEquals(List.of(), fragments(fragment));
    }

    private static Extras extras(String type, String name, String json) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("type", type);
        fields.put(name, json);
        return new Extras(fields);
    }

    private static List<ToolCall> read(String calls) {
        String answer = "{\"choices\":[{\"message\":{\"tool_calls\":[" + calls + "]}}]}";
        return Objects.requireNonNull(AnswerReader.completion(Read.bytes(answer)))
                .choices()
                .getFirst()
                .reply()
                .toolCalls();
    }

    private static List<ToolCallPart> fragments(String calls) {
        return Read.chunk("{\"choices\":[{\"delta\":{\"tool_calls\":[" + calls + "]}}]}")
                .pieces()
                .getFirst()
                .delta()
                .toolCalls();
    }
}
