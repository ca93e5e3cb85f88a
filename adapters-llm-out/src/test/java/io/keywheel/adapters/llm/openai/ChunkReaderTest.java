package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

class ChunkReaderTest {

    private static final Delta NOTHING = delta("", "", Extras.NONE);

    @Test
    void a_role_is_an_extra() {
        assertEquals(
                new Chunk(
                        List.of(new Piece(0, delta("", "", Extras.of("role", "\"assistant\"")), null, Extras.NONE)),
                        null,
                        Extras.NONE),
                read("{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                        + "\"finish_reason\":null}]}"));
    }

    @Test
    void a_chunk_may_have_nothing_but_a_usage() {
        assertEquals(
                new Chunk(
                        List.of(),
                        new TokenUsage(1, 2, 3, null, Extras.of("queue_time", "0.10")),
                        Extras.of("id", "\"chatcmpl-1\"")),
                read("{\"id\":\"chatcmpl-1\",\"choices\":[],"
                        + "\"usage\":{\"queue_time\":0.10,\"prompt_tokens\":1,\"completion_tokens\":2}}"));
    }

    @Test
    void usage_in_groqs_own_field_is_read_and_kept() {
        String own = "{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":4}}";
        assertEquals(
                new Chunk(List.of(), new TokenUsage(1, 2, 4), Extras.of("x_groq", own)),
                read("{\"x_groq\":" + own + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"usage\":null,\"choices\":null}", "{\"choices\":[3]}", "{}"})
    void a_chunk_may_say_nothing_at_all(String chunk) {
        assertEquals(new Chunk(List.of(), null, Extras.NONE), read(chunk));
    }

    @Test
    void several_choices_speak_in_one_chunk() {
        assertEquals(
                List.of(
                        new Piece(1, delta("b", "", Extras.NONE), FinishReason.STOP, Extras.of("logprobs", "null")),
                        new Piece(0, NOTHING, null, Extras.NONE)),
                read("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"},\"logprobs\":null,"
                                + "\"finish_reason\":\"stop\"},{\"index\":0,\"delta\":null}]}")
                        .pieces());
    }

    @Test
    void a_choice_without_an_index_has_that_of_its_place() {
        assertEquals(
                List.of(new Piece(0, NOTHING, null, Extras.NONE), new Piece(1, NOTHING, null, Extras.NONE)),
                read("{\"choices\":[{},{}]}").pieces());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "\"stop\", STOP,",
                "\"length\", LENGTH,",
                "\"tool_calls\", TOOL_CALLS,",
                "\"content_filter\", CONTENT_FILTER,",
                "\"function_call\", TOOL_CALLS, \"function_call\"",
                "\"eos\", OTHER, \"eos\"",
                "\"other\", OTHER, \"other\"",
                // What is no word, or says null, ends nothing.
                "3, , 3",
                "null, ,",
                "\"\", ,",
                "\"null\", ,",
            })
    void a_word_ends_a_choice_and_is_kept_where_it_is_no_word_of_the_vocabulary(
            String json, @Nullable FinishReason reason, @Nullable String kept) {
        Extras extras = kept == null ? Extras.NONE : Extras.of("finish_reason", kept);

        assertEquals(
                List.of(new Piece(0, NOTHING, reason, extras)),
                read("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" + json + "}]}")
                        .pieces());
    }

    @Test
    void reasoning_content_is_reasoning_under_its_own_name() {
        assertEquals(delta("", "Hm", Extras.of("reasoning_content", "\"Hm\"")), said("{\"reasoning_content\":\"Hm\"}"));
    }

    @Test
    void content_may_come_in_parts() {
        assertEquals(delta("ab", "", Extras.NONE), said("{\"content\":[{\"text\":\"a\"},{\"text\":\"b\"}]}"));
    }

    @Test
    void one_choice_more_than_there_may_be_is_read_and_no_other() {
        String many = "{\"choices\":[" + "{},".repeat(1000) + "{}]}";

        assertEquals(129, read(many).pieces().size());
    }

    @Test
    void one_tool_call_more_than_there_may_be_is_read_and_no_other() {
        String many = "{\"id\":\"x\"},".repeat(1000) + "{\"id\":\"x\"}";

        assertEquals(129, said("{\"tool_calls\":[" + many + "]}").toolCalls().size());
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0",
        "-9223372036854775808, 0",
        "-1e300, 0",
        "0, 0",
        "1, 1",
        "1000000000000000000, 1000000000000000000",
        "1000000000000000001, 1000000000000000000",
        "9223372036854775807, 1000000000000000000",
        "18446744073709551617, 1000000000000000000",
        "1e300, 1000000000000000000",
        "1e999999, 1000000000000000000",
        "'\"1e400\"', 1000000000000000000",
        "'\"NaN\"', 0",
        "'{}', 0",
    })
    void usage_is_between_nothing_and_the_most(String said, long tokens) {
        String usage = "{\"usage\":{\"prompt_tokens\":" + said + ",\"completion_tokens\":" + said + ",\"total_tokens\":"
                + said + "}}";

        assertEquals(new TokenUsage(tokens, tokens, tokens), read(usage).usage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"cached_tokens\":128}                      | 128",
                "{\"audio_tokens\":1, \"cached_tokens\" : 128} | 128",
                "{\"cached_tokens\":0}                        | 0",
                "{\"cached_tokens\":1e300}                    | 200",
                "{\"cached_tokens\":null}                     |",
                "{\"cached_tokens\":[1]}                      |",
                "{}                                           |",
                "[128]                                        |",
                "null                                         |",
            })
    void cached_tokens_are_read_and_their_object_is_kept(String details, @Nullable Long cached) {
        TokenUsage usage = Objects.requireNonNull(
                read("{\"usage\":{\"prompt_tokens_details\": " + details + ", \"prompt_tokens\":200}}")
                        .usage());

        assertEquals(cached, usage.cachedTokens());
        assertEquals(Extras.of("prompt_tokens_details", details.replace(" ", "")), usage.extras());
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
                List.of(new ToolCallPart(0, "c1", null, "", extras("type='custom'; custom={'input':'x'}"))),
                fragments("{\"index\":0,\"id\":\"c1\",\"type\":\"custom\",\"custom\":{\"input\":\"x\"}}"));
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
}
