package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.OpenAiWire.Place.TOOL_CALL;
import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolWriterTest {

    @Test
    void writes_a_function_with_its_schema_as_it_was_written() {
        var function = new Tool.Function(
                "f", "does", "{ \"maximum\" : 1.0e3 }", true, extras("cache_control", "{\"ttl\":1.0}"));
        assertEquals(
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"does\","
                        + "\"parameters\":{ \"maximum\" : 1.0e3 },\"strict\":true},\"cache_control\":{\"ttl\":1.0}}]}",
                WrittenRequest.tools(Dialect.OPENAI, function));
    }

    @Test
    void writes_a_bare_function_and_no_more() {
        assertEquals(
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}",
                WrittenRequest.tools(Dialect.OPENAI, new Tool.Function("f", null, null)));
    }

    @Test
    void writes_a_tool_of_another_kind_as_it_came() {
        assertEquals(
                "{\"tools\":[{\"type\":\"browser_search\",\"depth\":1.0}]}",
                WrittenRequest.tools(
                        Dialect.OPENAI, new Tool.Other(extras("type", "\"browser_search\"", "depth", "1.0"))));
    }

    @Test
    void leaves_out_of_tools_what_the_provider_never_gets_to_see() {
        var function = new Tool.Function("f", null, null, null, extras("cache_control", "{}", "x", "1"));
        var other = new Tool.Other(extras("type", "\"t\"", "cache_control", "{}"));
        assertEquals(
                "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"x\":1},{\"type\":\"t\"}]}",
                WrittenRequest.tools(Dialect.OPENAI.without(ANYWHERE, "cache_control"), function, other));
    }

    @Test
    void writes_calls_with_their_arguments_as_the_model_wrote_them() {
        assertEquals(
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{ \\\"a\\\":1.0\"}}]}",
                WrittenRequest.message(Dialect.OPENAI, calling(new ToolCall("c1", "f", "{ \"a\":1.0"))));
    }

    @Test
    void writes_what_else_a_call_says_unless_the_provider_never_gets_to_see_it() {
        var call = new ToolCall("c1", "f", "{}", extras("extra_content", "{\"x\":1.0}", "index", "0"));
        String written =
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}%s,\"index\":0}]}";
        assertEquals(
                written.formatted(",\"extra_content\":{\"x\":1.0}"),
                WrittenRequest.message(Dialect.OPENAI, calling(call)));
        assertEquals(
                written.formatted(""),
                WrittenRequest.message(Dialect.OPENAI.without(TOOL_CALL, "extra_content"), calling(call)));
    }

    @Test
    void writes_a_call_of_another_kind_without_a_function() {
        var call = new ToolCall("c1", "", "", extras("type", "\"custom\"", "custom", "{\"name\":\"g\"}"));
        assertEquals(
                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"custom\","
                        + "\"custom\":{\"name\":\"g\"}}]}",
                WrittenRequest.message(Dialect.OPENAI, calling(call)));
    }

    private static Message calling(ToolCall call) {
        return new Message(Role.ASSISTANT, List.of(), List.of(call), null, Extras.NONE);
    }
}
