package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole answers and events of a stream. In whole answers, `'` stands for a quotation mark.
class AnswerReaderTest {

    private static final Delta NOTHING = delta("", "", Extras.NONE);

    @Test
    void usage_in_x_groq_is_read_and_kept() {
        String own = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":4}}";
        assertEquals(
                new Chunk(List.of(), new TokenUsage(1, 2, 4), Extras.of("x_groq", own)),
                read("{\"x_groq\":" + own + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"usage\":null,\"choices\":null}", "{\"choices\":[3]}", "{}"})
    void chunk_without_content_is_empty(String chunk) {
        assertEquals(new Chunk(List.of(), null, Extras.NONE), read(chunk));
    }

    @Test
    void chunk_with_several_choices_is_read() {
        assertEquals(
                List.of(
                        new Piece(1, delta("b", "", Extras.NONE), FinishReason.STOP, Extras.of("logprobs", "null")),
                        new Piece(0, NOTHING, null, Extras.NONE)),
                read("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"},\"logprobs\":null,"
                                + "\"finish_reason\":\"stop\"},{\"index\":0,\"delta\":null}]}")
                        .pieces());
    }

    @Test
    void choice_without_an_index_uses_its_position() {
        assertEquals(
                List.of(new Piece(0, NOTHING, null, Extras.NONE), new Piece(1, NOTHING, null, Extras.NONE)),
                read("{\"choices\":[{},{}]}").pieces());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', textBlock = """
                    "stop", STOP,
                    "length", LENGTH,
                    "tool_calls", TOOL_CALLS,
                    "content_filter", CONTENT_FILTER,
                    "function_call", TOOL_CALLS, "function_call"
                    "model_length", LENGTH, "model_length"
                    "eos", OTHER, "eos"
                    "other", OTHER, "other"
                    # Numbers, nulls and empty texts do not end a choice.
                    3, , 3
                    null, ,
                    "", ,
                    "null", ,
                    """)
    void finish_reason_ends_a_choice_and_unknown_ones_are_kept(
            String json, @Nullable FinishReason reason, @Nullable String kept) {
        Extras extras = kept == null ? Extras.NONE : Extras.of("finish_reason", kept);

        assertEquals(
                List.of(new Piece(0, NOTHING, reason, extras)),
                read("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" + json + "}]}")
                        .pieces());
    }

    @Test
    void reasoning_content_is_read_and_kept_as_an_extra() {
        assertEquals(delta("", "Hm", Extras.of("reasoning_content", "\"Hm\"")), said("{\"reasoning_content\":\"Hm\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    [{"text":"a"},{"text":"b"}]                                                | ab |
                    ["x",{"type":"text","text":"a"},{"text":null}]                             | a  |
                    [{"thinking":[{"type":"text","text":"x"},{"text":"y"}]},{"text":"a"}]      | a  | xy
                    [{"type":"thinking","thinking":"x"}]                                       |    | x
                    [{"thinking":null}]                                                        |    |
                    []                                                                         |    |
                    """)
    void content_parts_are_joined_to_text_and_reasoning(
            String parts, @Nullable String text, @Nullable String reasoning) {
        assertEquals(
                delta(Objects.requireNonNullElse(text, ""), Objects.requireNonNullElse(reasoning, ""), Extras.NONE),
                said("{\"content\":" + parts + "}"));
    }

    @Test
    void thinking_parts_count_beside_an_empty_reasoning_and_for_their_own_choice() {
        String thinking = "{\"delta\":{\"reasoning_content\":\"\",\"content\":[{\"thinking\":\"x\"}]}}";

        var pieces = read("{\"choices\":[" + thinking + ",{\"index\":1,\"delta\":{\"content\":\"a\"}}]}")
                .pieces();

        assertEquals(
                List.of("x", ""),
                pieces.stream().map(piece -> piece.delta().reasoning()).toList());
    }

    @Test
    void at_most_129_choices_are_read() {
        String many = "{\"choices\":[" + "{},".repeat(1000) + "{}]}";

        assertEquals(129, read(many).pieces().size());
    }

    @Test
    void at_most_129_tool_calls_are_read() {
        String many = "{\"id\":\"x\"},".repeat(1000) + "{\"id\":\"x\"}";

        assertEquals(129, said("{\"tool_calls\":[" + many + "]}").toolCalls().size());
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "1, 1", "1e300, 1000000000000000000", "'{}', 0"})
    void token_counts_are_clamped(String said, long tokens) {
        String usage = "{\"usage\":{\"prompt_tokens\":" + said + ",\"completion_tokens\":" + said + ",\"total_tokens\":"
                + said + "}}";

        assertEquals(new TokenUsage(tokens, tokens, tokens), read(usage).usage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"cached_tokens":128}                     | 128
                    {"audio_tokens":1, "cached_tokens" : 128} | 128
                    {"cached_tokens":0}                       | 0
                    {"cached_tokens":1e300}                   | 200
                    {"cached_tokens":null}                    |
                    {"cached_tokens":[1]}                     |
                    {}                                        |
                    [128]                                     |
                    null                                      |
                    """)
    void cached_tokens_are_read_and_their_object_is_kept(String details, @Nullable Long cached) {
        TokenUsage usage = Objects.requireNonNull(
                read("{\"usage\":{\"prompt_tokens_details\": " + details + ", \"prompt_tokens\":200}}")
                        .usage());

        assertEquals(cached, usage.cachedTokens());
        assertEquals(Extras.of("prompt_tokens_details", details.replace(" ", "")), usage.extras());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "prompt_cache_hit_tokens":64                                             | 64
                    "prompt_cache_hit_tokens":0,"prompt_tokens_details":{"cached_tokens":32} | 32
                    "prompt_cache_hit_tokens":64,"prompt_tokens_details":null                | 64
                    "prompt_cache_hit_tokens":null                                           |
                    """)
    void cache_hits_count_if_there_are_no_cached_tokens(String fields, @Nullable Long cached) {
        TokenUsage usage = Objects.requireNonNull(
                read("{\"usage\":{\"prompt_tokens\":100," + fields + "}}").usage());

        assertEquals(cached, usage.cachedTokens());
        assertTrue(usage.extras().fields().containsKey("prompt_cache_hit_tokens"));
    }

    @Test
    void calls_are_numbered_in_each_choice() {
        String calls = "{\"delta\":{\"tool_calls\":[{\"index\":3,\"id\":\"%s\",\"function\":{\"name\":\"f\"}}]}}";

        assertEquals(
                List.of(new ToolCallPart(0, "c1", "f", ""), new ToolCallPart(0, "c2", "f", "")),
                read("{\"choices\":[" + calls.formatted("c1") + "," + calls.formatted("c2") + "]}").pieces().stream()
                        .flatMap(piece -> piece.delta().toolCalls().stream())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"index\":0}",
                "{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"\"}}",
                "{\"index\":0,\"type\":null,\"function\":null}",
                "{\"index\":0,\"function\":{\"arguments\":null}}",
                "3"
            })
    void empty_call_fragment_is_dropped(String fragment) {
        assertEquals(List.of(), fragments(fragment));
    }

    @Test
    void call_fragment_with_only_a_further_field_is_kept() {
        assertEquals(
                List.of(Extras.of("extra_content", "{}")),
                fragments("{\"index\":0,\"extra_content\":{}}").stream()
                        .map(ToolCallPart::extras)
                        .toList());
    }

    /// LiteLLM: the other APIs need name and arguments, too. Clients read the type, and return it with the history.
    @Test
    void function_with_further_fields_keeps_them_beside_its_name() {
        String function = "{\"name\":\"f\",\"arguments\":\"{}\",\"provider_specific_fields\":{}}";

        assertEquals(
                List.of(new ToolCallPart(0, "c1", "f", "{}", extras("type='function'; function=" + function))),
                fragments("{\"id\":\"c1\",\"function\":" + function + "}"));
    }

    private static List<ToolCallPart> fragments(String calls) {
        return said("{\"tool_calls\":[" + calls + "]}").toolCalls();
    }

    private static Chunk read(String chunk) {
        return Read.chunk(chunk);
    }

    private static Delta said(String delta) {
        return read("{\"choices\":[{\"delta\":" + delta + "}]}")
                .pieces()
                .getFirst()
                .delta();
    }

    private static Delta delta(String text, String reasoning, Extras extras) {
        return new Delta(text, reasoning, List.of(), extras);
    }

    private static @Nullable Chunk whole(String json) {
        return AnswerReader.answer(Read.bytes(json.replace('\'', '"')));
    }

    private static Delta message(String fields) {
        return Objects.requireNonNull(whole("{'choices':[{'message':" + fields + ",'finish_reason':'stop'}]}"))
                .pieces()
                .getFirst()
                .delta();
    }

    @Test
    void choice_of_a_whole_answer_without_a_message_is_skipped() {
        assertEquals(
                new Chunk(List.of(new Piece(1, delta("x", "", Extras.NONE), null, Extras.NONE)), null, Extras.NONE),
                whole("{'choices':[{'message':null},{'message':{'content':'x'}}]}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    # Reasoning under both field names keeps both.
                    'reasoning':'Hm','reasoning_content':'Hm' | Hm | reasoning='Hm'; reasoning_content='Hm'
                    'reasoning_content':'Hm' | Hm | reasoning_content='Hm'
                    'reasoning':'','reasoning_content':'Hm' | Hm | reasoning=''; reasoning_content='Hm'
                    'reasoning':'' | | reasoning=''
                    'reasoning':null | |
                    # Only a role other than assistant is kept.
                    'role':'assistant' | |
                    'role':'model' | | role='model'
                    """)
    void alternative_reasoning_and_role_fields_are_kept(
            String fields, @Nullable String reasoning, @Nullable String kept) {
        assertEquals(
                delta("x", Objects.requireNonNullElse(reasoning, ""), extras(kept))
                        .toString(),
                message("{'content':'x'," + fields + "}").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{'choices':[]}", "{'choices':[{'message':3}]}"})
    void body_without_a_choice_is_no_answer(String body) {
        assertNull(whole(body));
    }

    /// Arguments stay verbatim, also if sent as a JSON object. [CompletionReadingTest] shows that calls lose no field.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'type':'function','function':{'name':'f','arguments':'{  1.50'} | {  1.50
                    'function':{'name':'f','arguments':{'a':1.50}}                  | {'a':1.50}
                    'type':'','function':{'name':'f','arguments':'{}'}              | {}
                    """)
    void arguments_of_calls_are_read_without_content(String call, String arguments) {
        var expected = new ToolCallPart(0, "c1", "f", arguments.replace('\'', '"'));

        assertEquals(
                new Delta("", "", List.of(expected), Extras.NONE),
                message("{'tool_calls':[{'id':'c1'," + call + "}]}"));
    }
}
