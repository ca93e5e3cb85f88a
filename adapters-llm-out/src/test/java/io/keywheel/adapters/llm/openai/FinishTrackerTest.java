package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.chat.FinishReason;
import org.junit.jupiter.api.Test;

class FinishTrackerTest {

    private static final String SAYING = "{\"choices\":[{\"index\":%d,\"delta\":{\"content\":\"Hi\"}}]}";
    private static final String ENDING = "{\"choices\":[{\"index\":%d,\"delta\":{},\"finish_reason\":\"%s\"}]}";

    private final FinishTracker finishTracker = new FinishTracker(2);

    @Test
    void waits_for_a_choice_that_has_not_begun_after_the_first_has_ended() {
        read(SAYING.formatted(0));
        read(ENDING.formatted(0, "stop"));

        assertTrue(finishTracker.complete(), "were the stream to end here, it would be an answer");
        assertFalse(finishTracker.all());
    }

    @Test
    void knows_the_end_of_choices_that_take_turns() {
        read(SAYING.formatted(0));
        read(SAYING.formatted(1));
        read(ENDING.formatted(1, "length"));
        assertFalse(finishTracker.complete());

        read(ENDING.formatted(0, "stop"));

        assertTrue(finishTracker.all());
        assertEquals(FinishReason.STOP, finishTracker.first());
    }

    private void read(String event) {
        Read.chunk(event).pieces().forEach(finishTracker::take);
    }
}
