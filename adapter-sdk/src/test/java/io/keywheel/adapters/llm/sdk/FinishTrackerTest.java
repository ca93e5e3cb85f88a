package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FinishTrackerTest {

    private static Piece piece(int choice, ToolCallPart... calls) {
        return new Piece(choice, new Delta("", "", List.of(calls), Extras.NONE), null, Extras.NONE);
    }

    @Test
    void each_choice_has_a_finish_reason_even_if_the_provider_reports_only_one() {
        var finish = new FinishTracker(3);
        finish.take(new Piece(2, piece(2).delta(), FinishReason.LENGTH, Extras.NONE));
        finish.take(piece(1, new ToolCallPart(0, "id", "name", "{}")));
        finish.take(piece(0));

        assertEquals(
                Map.of(0, FinishReason.OTHER, 1, FinishReason.TOOL_CALLS, 2, FinishReason.LENGTH), finish.reasons());
    }
}
