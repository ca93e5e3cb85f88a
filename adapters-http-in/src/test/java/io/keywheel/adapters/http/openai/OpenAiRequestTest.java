package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.openai.Asked.choice;
import static io.keywheel.adapters.http.openai.Asked.read;
import static io.keywheel.adapters.http.openai.Asked.said;
import static io.keywheel.adapters.http.openai.Asked.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            ,'model':null,'temperature':null,'top_p':null,'stop':null,'seed':null,'n':null,'max_tokens':null,
            'tools':null,'max_completion_tokens':null,'stream':null,'stream_options':null,'fallback':null,
            'tool_choice':null""", ",'tools':[]"})
    void minimal_request_uses_the_defaults(String more) {
        assertEquals(new OpenAiRequest(LEAST, false, false), read("{#" + more + "}"));
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
}
