package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {

    @Test
    void completion_text_reasoning_and_finish_reason_come_from_the_first_choice() {
        var first = new Content("Yes", "Hm", List.of(), Extras.NONE);
        var completion = new Completion(
                List.of(
                        new Completion.Choice(0, first, FinishReason.STOP, Extras.NONE),
                        new Completion.Choice(1, Content.of("No"), FinishReason.LENGTH, Extras.NONE)),
                null,
                Extras.NONE);

        assertEquals("Yes", completion.text());
        assertEquals("Hm", completion.reasoning());
        assertEquals(FinishReason.STOP, completion.finishReason());
    }

    @Test
    void completion_characters_count_text_reasoning_and_calls_of_all_choices() {
        var call = new ToolCall("call_1", "look_up", "{}", Extras.NONE);
        var thinking = new Content("Yes", "Hm", List.of(call, call), Extras.NONE);
        var completion = new Completion(
                List.of(
                        new Completion.Choice(0, thinking, FinishReason.TOOL_CALLS, Extras.NONE),
                        new Completion.Choice(1, Content.of("No"), FinishReason.STOP, Extras.NONE)),
                null,
                Extras.NONE);

        assertEquals(
                "Yes".length() + "Hm".length() + 2 * "call_1look_up{}".length() + "No".length(),
                completion.characters());
    }

    @Test
    void completion_without_choices_is_rejected() {
        assertThrows(IllegalArgumentException.class, () -> new Completion(List.of(), null, Extras.NONE));
    }

    @Test
    void reply_with_text_or_a_tool_call_carries_content() {
        var call = new ToolCall("call_1", "look_up", "{}", Extras.NONE);

        assertTrue(Content.of("Hello").carriesContent());
        assertTrue(new Content("", null, List.of(call), Extras.NONE).carriesContent());
        assertFalse(new Content("", "only thoughts", List.of(), Extras.NONE).carriesContent());
    }

    @Test
    void finish_reason_label_is_the_openai_value() {
        assertEquals("tool_calls", FinishReason.TOOL_CALLS.label());
    }
}
