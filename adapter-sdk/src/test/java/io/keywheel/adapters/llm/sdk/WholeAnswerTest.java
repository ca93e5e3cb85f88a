package io.keywheel.adapters.llm.sdk;

import static io.keywheel.domain.chat.FinishReason.STOP;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeAnswerTest {

    @Test
    void whole_answer_has_all_choices_and_extras() {
        var call = new ToolCallPart(0, "c1", "f", "{}", Extras.of("w", "0"));
        var first = new Delta("a", "", List.of(call), Extras.of("x", "1"));
        var second = new Delta("b", "why", List.of(), Extras.NONE);
        var pieces = List.of(new Piece(0, first, STOP, Extras.NONE), new Piece(1, second, null, Extras.of("y", "2")));

        var calling =
                new Content("a", null, List.of(new ToolCall("c1", "f", "{}", call.extras())), Extras.of("x", "1"));
        var explained = new Content("b", "why", List.of(), Extras.NONE);
        assertEquals(
                new Completion(
                        List.of(
                                new Choice(0, calling, STOP, Extras.NONE),
                                new Choice(1, explained, FinishReason.OTHER, Extras.of("y", "2"))),
                        null,
                        Extras.of("z", "3")),
                WholeAnswer.of(new Chunk(pieces, null, Extras.of("z", "3"))));
    }

    @Test
    void missing_finish_reason_of_an_answer_with_calls_is_tool_calls() {
        var calls = List.of(new ToolCallPart(0, "c1", "f", "{}"));

        var answer = WholeAnswer.of(Chunk.of(new Delta("", "", calls, Extras.NONE)));

        assertEquals(FinishReason.TOOL_CALLS, answer.finishReason());
    }

    @Test
    void call_without_an_id_gets_one() {
        var calls = List.of(new ToolCallPart(0, "", null, "{}"), new ToolCallPart(1, null, "g", "{}"));

        List<ToolCall> made = WholeAnswer.of(Chunk.of(new Delta("", "", calls, Extras.NONE)))
                .choices()
                .getFirst()
                .content()
                .toolCalls();

        assertEquals(List.of("", "g"), made.stream().map(ToolCall::name).toList());
        assertEquals(
                2,
                made.stream()
                        .map(ToolCall::id)
                        .filter(id -> id.startsWith("call_"))
                        .distinct()
                        .count());
    }
}
