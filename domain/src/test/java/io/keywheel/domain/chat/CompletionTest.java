package io.keywheel.domain.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {

    @Test
    void its_words_and_thoughts_are_those_of_the_first_choice() {
        var first = new Reply("Yes", "Hm", List.of(), Extras.NONE);
        var completion = new Completion(
                List.of(
                        new Completion.Choice(0, first, FinishReason.STOP, Extras.NONE),
                        new Completion.Choice(1, Reply.of("No"), FinishReason.LENGTH, Extras.NONE)),
                null,
                Extras.NONE);

        assertEquals("Yes", completion.text());
        assertEquals("Hm", completion.reasoning());
        assertEquals(FinishReason.STOP, completion.finishReason());
    }

    @Test
    void its_size_is_all_that_its_choices_say_and_think_and_call() {
        var call = new ToolCall("call_1", "look_up", "{}", Extras.NONE);
        var thinking = new Reply("Yes", "Hm", List.of(call, call), Extras.NONE);
        var completion = new Completion(
                List.of(
                        new Completion.Choice(0, thinking, FinishReason.TOOL_CALLS, Extras.NONE),
                        new Completion.Choice(1, Reply.of("No"), FinishReason.STOP, Extras.NONE)),
                null,
                Extras.NONE);

        assertEquals(
                "Yes".length() + "Hm".length() + 2 * "look_up{}".length() + "No".length(), completion.characters());
    }

    @Test
    void has_a_choice() {
        assertThrows(IllegalArgumentException.class, () -> new Completion(List.of(), null, Extras.NONE));
    }

    @Test
    void a_reply_carries_content_where_there_are_words_or_a_call() {
        var call = new ToolCall("call_1", "look_up", "{}", Extras.NONE);

        assertTrue(Reply.of("Hello").carriesContent());
        assertTrue(new Reply("", null, List.of(call), Extras.NONE).carriesContent());
        assertFalse(new Reply("", "only thoughts", List.of(), Extras.NONE).carriesContent());
    }

    @Test
    void a_reason_to_finish_is_named_as_on_the_wire() {
        assertEquals("tool_calls", FinishReason.TOOL_CALLS.label());
    }
}
