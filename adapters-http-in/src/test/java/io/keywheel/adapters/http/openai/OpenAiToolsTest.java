package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.request.Asked.read;
import static io.keywheel.adapters.http.request.Asked.said;
import static io.keywheel.adapters.http.request.Asked.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiToolsTest {

    @Test
    void a_function_keeps_its_schema_as_it_was_written() {
        var tool = tool("""
                {'type':'function','function':{'name':'f','description':'d','strict':true,
                'parameters':{'maximum':9007199254740993,'minimum':1.10}}}""");

        String schema = "{'maximum':9007199254740993,'minimum':1.10}".replace('\'', '"');
        assertEquals(new Tool.Function("f", "d", schema, true, Extras.NONE), tool);
    }

    @Test
    void half_a_character_in_a_schema_or_a_choice_stays_an_escape() {
        var tool = assertInstanceOf(
                Tool.Function.class,
                tool("{'type':'function','function':{'name':'f','parameters':{'title':'a\\ud83d'}}}"));

        assertEquals("{\"title\":\"a\\ud83d\"}", tool.parameters());
        assertEquals(new ToolChoice.Other("{\"type\":\"a\\ud83d\"}"), choice("{'type':'a\\ud83d'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'description':null,'parameters':null,'strict':null"})
    void a_function_may_be_its_name_alone(String rest) {
        assertEquals(
                new Tool.Function("f", null, null), tool("{'type':'function','function':{'name':'f'" + rest + "}}"));
    }

    @Test
    void that_a_function_need_not_be_strict_is_said() {
        var tool = assertInstanceOf(
                Tool.Function.class, tool("{'type':'function','function':{'name':'f','strict':false}}"));

        assertEquals(false, tool.strict());
    }

    @Test
    void what_else_a_tool_says_rides_along() {
        var tool = assertInstanceOf(
                Tool.Function.class, tool("{'z':1.10,'type':'function','function':{'name':'f'},'a':null}"));

        assertEquals(List.of("z=1.10", "a=null"), said(tool.extras().fields()));
    }

    @Test
    void a_function_that_says_more_than_we_know_is_kept_whole() {
        var tool =
                assertInstanceOf(Tool.Other.class, tool("{'z':1,'type':'function','function':{'x':1E+2,'name':'f'}}"));

        assertEquals(
                List.of("z=1", "type='function'", "function={'x':1E+2,'name':'f'}"),
                said(tool.fields().fields()));
    }

    @Test
    void any_other_tool_is_kept_whole() {
        var tool = assertInstanceOf(Tool.Other.class, tool("{'z':1.10,'type':'browser_search','function':7}"));

        assertEquals(
                List.of("z=1.10", "type='browser_search'", "function=7"),
                said(tool.fields().fields()));
    }

    @Test
    void tools_keep_their_order() {
        var tools = read("{#,'tools':[{'type':'b'},{'type':'a'}]}")
                .command()
                .conversation()
                .tools();

        assertEquals(
                List.of(new Tool.Other(Extras.of("type", "\"b\"")), new Tool.Other(Extras.of("type", "\"a\""))), tools);
    }

    @Test
    void an_empty_array_of_tools_is_no_tools() {
        var command = read("{#,'tools':[]}").command();

        assertEquals(List.of(), command.conversation().tools());
        assertEquals(Extras.NONE, command.extras());
    }

    @ParameterizedTest
    @CsvSource({"auto,AUTO", "none,NONE", "required,REQUIRED"})
    void a_choice_in_one_word_is_a_mode(String word, ToolChoice.Mode mode) {
        assertEquals(mode, choice("'" + word + "'"));
    }

    @Test
    void a_choice_of_one_function_is_its_name() {
        assertEquals(new ToolChoice.Function("f"), choice("{'function':{'name':'f'},'type':'function'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'any'",
                "''",
                "{}",
                "{'type':'function'}",
                "{'type':'function','function':{'name':7}}",
                "{'type':'function','function':{'name':'f','x':1.10}}",
                "{'type':'function','function':{'name':'f'},'x':-0}",
                "{'type':'allowed_tools','function':{'name':'f'}}",
                "{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':[]}}",
            })
    void any_other_choice_is_kept_whole(String choice) {
        assertEquals(new ToolChoice.Other(choice.replace('\'', '"')), choice(choice));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{#}", "{#,'tool_choice':null}"})
    void no_choice_leaves_it_to_the_provider(String body) {
        assertNull(read(body).command().conversation().toolChoice());
    }

    private static @Nullable ToolChoice choice(String choice) {
        var command = read("{#,'tool_choice':" + choice + "}").command();
        assertEquals(Extras.NONE, command.extras());
        return command.conversation().toolChoice();
    }
}
