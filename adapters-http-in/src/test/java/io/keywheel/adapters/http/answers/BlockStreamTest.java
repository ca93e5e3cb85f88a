package io.keywheel.adapters.http.answers;

import static io.keywheel.adapters.http.answers.RandomAnswer.call;
import static io.keywheel.adapters.http.answers.RandomAnswer.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.answers.Block.Kind;
import io.keywheel.adapters.http.answers.RandomAnswer.Expected;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockStreamTest {

    /// Records blocks and asserts that at most one is open.
    private static final class RecordedBlocks extends BlockStream {

        private final List<Expected> blocks = new ArrayList<>();
        private final List<String> events = new ArrayList<>();
        private final StringBuilder content = new StringBuilder();
        private @Nullable Block open;

        @Override
        protected void open(Block block) {
            assertNull(open);
            assertEquals(blocks.size(), block.index());
            open = block;
            events.add("open " + block.kind() + " " + block.name());
        }

        @Override
        protected void add(Block block, String text) {
            assertEquals(open, block);
            assertTrue(!text.isEmpty());
            content.append(text);
            events.add(text);
        }

        @Override
        protected void close(Block block) {
            assertEquals(open, block);
            blocks.add(new Expected(block.kind(), block.id(), block.name(), content.toString()));
            content.setLength(0);
            open = null;
            events.add(block.isComplete() ? "close" : "cut");
        }
    }

    private final RecordedBlocks stream = new RecordedBlocks();

    private List<String> events(Chunk... chunks) {
        List.of(chunks).forEach(stream::accept);
        return stream.events;
    }

    @Test
    void interleaved_chunks_yield_one_open_block_with_exact_content() {
        for (int seed = 0; seed < 1000; seed++) {
            var answer = new RandomAnswer(seed);
            var any = new RecordedBlocks();
            answer.chunks.forEach(any::accept);
            any.endBlocks();

            assertEquals(answer.blocks, any.blocks, "seed " + seed);
        }
    }

    @Test
    void text_after_an_unfinished_call_is_held_until_the_call_ends() {
        assertEquals(
                List.of("open CALL f", "{\"a\":", "1}", "close", "open TEXT ", "after"),
                events(call(0, "c1", "f", "{\"a\":"), Chunk.text("aft"), Chunk.text("er"), call(0, null, null, "1}")));
    }

    @Test
    void truncated_calls_are_closed_as_incomplete() {
        events(call(0, "c1", "f", "{\"a\""), call(1, "c2", "g", "{}"), call(2, "c3", "h", ""));
        stream.endBlocks();

        assertEquals(
                List.of("open CALL f", "{\"a\"", "cut", "open CALL g", "{}", "close", "open CALL h", "{}", "cut"),
                stream.events);
    }

    @Test
    void call_block_opens_with_name_and_id_or_once_complete() {
        assertEquals(List.of(), events(call(0, null, null, "{\"a\""), call(0, "c1", null, ":")));
        assertEquals(List.of("open CALL f", "{\"a\":1}"), events(call(0, "", "f", "1}")));
        assertEquals(3, events(call(1, null, "g", "{")).size());
        assertEquals(
                List.of("close", "open CALL g", "{}"),
                events(call(1, null, null, "}")).subList(2, 5));
    }

    @Test
    void call_block_opens_with_all_pieces_of_its_name() {
        assertEquals(
                List.of("open CALL get_weather", "{}"),
                events(call(0, "c1", "get_", ""), call(0, null, "weather", ""), call(0, null, null, "{}")));
    }

    @ParameterizedTest
    @CsvSource({"get_weather, get_weather", "get, get_weather"})
    void repeated_name_of_a_call_counts_once(String first, String second) {
        assertEquals(
                List.of("open CALL get_weather", "{}"), events(call(0, "c1", first, ""), call(0, "c1", second, "{}")));
    }

    @Test
    void name_of_over_1000_characters_gets_no_further_piece() {
        String name = "n".repeat(1001);

        assertEquals(List.of("open CALL " + name, "{}"), events(call(0, "c1", name, ""), call(0, null, "more", "{}")));
    }

    @Test
    void name_of_a_call_ends_where_its_arguments_begin() {
        var call = new Block(Block.Kind.CALL, 0);
        call.call("c1", "get_weather");
        call.add("{");
        call.call(null, "_later");
        call.takeUnsent(false);
        call.call(null, "_too_late");

        assertEquals("get_weather", call.name());
    }

    @Test
    void a_refusal_is_the_last_block() {
        events(refusal("\"I can\""), refusal("null"), Chunk.text("Hm"), refusal("\"not \\ud83d\\ude00\""));
        stream.endBlocks();

        assertEquals(List.of("open TEXT ", "Hm", "close", "open REFUSAL ", "I cannot 😀", "close"), stream.events);
    }

    @Test
    void refusal_is_truncated_at_the_answer_limit() {
        var piece = refusal("\"" + "x".repeat(1 << 20) + "\"");
        for (int i = 0; i < 12; i++) {
            stream.accept(piece);
        }
        stream.endBlocks();

        assertEquals(AnswerLimits.CHARACTERS, stream.blocks.getFirst().content().length());
    }

    @Test
    void usage_is_the_last_reported_or_an_estimate() {
        var asked = ChatCommand.of(Conversation.of(Message.user("Hello")));
        events(Chunk.text("1234"), call(0, "c", "f", "5"));

        assertNull(stream.reportedUsage());
        assertEquals(new TokenUsage(82, 2, 84), stream.usage(Completion.streamed(FinishReason.STOP, null), asked));
        assertEquals(
                new TokenUsage(3, 4, 7),
                stream.usage(Completion.streamed(FinishReason.STOP, new TokenUsage(3, 4, 7)), asked));
        stream.accept(new Chunk(List.of(), new TokenUsage(0, 0, 0), Extras.NONE));
        assertEquals(new TokenUsage(82, 2, 84), stream.usage(Completion.streamed(FinishReason.STOP, null), asked));
        stream.accept(new Chunk(List.of(), new TokenUsage(1, 1, 2), Extras.NONE));
        assertEquals(
                new TokenUsage(1, 1, 2),
                stream.usage(Completion.streamed(FinishReason.STOP, new TokenUsage(3, 4, 7)), asked));
    }

    @Test
    void estimate_is_that_of_the_same_answer_as_a_whole() {
        var asked = ChatCommand.of(Conversation.of(Message.user("Hello")));
        var content = new Content("1234", null, List.of(new ToolCall("call_1", "look_up", "5")), Extras.NONE);
        var whole = Completion.of(content, FinishReason.TOOL_CALLS, null);
        events(Chunk.text("1234"), call(0, "call_1", "look_up", "5"));

        assertEquals(
                TokenCount.usage(null, asked, whole.characters()),
                stream.usage(Completion.streamed(FinishReason.TOOL_CALLS, null), asked));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ``             | {}
                    ` `            | {}
                    null           | {}
                    ` {} trailing` | {}
                    `{"a": 1}\n`   | {"a": 1}
                    [1]            | [1]
                    {"a"           | {"a"
                    """)
    void whole_and_streamed_calls_have_equal_arguments(String arguments, String expected) {
        events(call(0, "c", "f", arguments));
        stream.endBlocks();
        var content =
                new Content("Hi", "hm", List.of(new ToolCall("c", "f", arguments)), Extras.of("refusal", "\"no\""));
        List<Expected> whole = Block.of(content).stream()
                .map(block -> new Expected(block.kind(), block.id(), block.name(), block.content()))
                .toList();

        var call = new Expected(Kind.CALL, "c", "f", expected);
        assertEquals(List.of(call), stream.blocks);
        assertEquals(
                List.of(
                        new Expected(Kind.REASONING, null, "", "hm"),
                        new Expected(Kind.TEXT, null, "", "Hi"),
                        call,
                        new Expected(Kind.REFUSAL, null, "", "no")),
                whole);
    }
}
