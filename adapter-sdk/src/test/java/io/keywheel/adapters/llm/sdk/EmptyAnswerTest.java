package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.ToolCall;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmptyAnswerTest {

    @ParameterizedTest(name = "text {0}, reasoning {1}, calls {2}, {3} {4}, ended by {5}")
    @CsvSource(quoteCharacter = '`', textBlock = """
                    ``, , 0, x, 1, STOP, true
                    ``, Hm, 0, x, 1, STOP, true
                    ``, , 0, refusal, null, STOP, true
                    ``, , 0, refusal, "", TOOL_CALLS, true
                    ``, , 0, annotations, [{}], OTHER, true
                    a, , 0, x, 1, STOP, false
                    ``, , 1, x, 1, STOP, false
                    ``, , 0, refusal, "No.", STOP, false
                    ``, , 0, audio, {}, STOP, false
                    ``, , 0, function_call, {}, STOP, false
                    ``, , 0, images, [{}], STOP, false
                    ``, , 0, images, [], STOP, true
                    ``, , 0, x, 1, LENGTH, false
                    ``, , 0, x, 1, CONTENT_FILTER, false
                    """)
    void answer_without_content_is_empty_unless_finish_reason_explains_it(
            String text,
            @Nullable String reasoning,
            int calls,
            String extra,
            String json,
            FinishReason reason,
            boolean empty) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(extra, json);
        List<ToolCall> made = calls == 0 ? List.of() : List.of(new ToolCall("c", "f", "{}"));
        var content = new Content(text, reasoning, made, new Extras(fields));

        assertEquals(empty, WholeAnswer.isEmpty(Completion.of(content, reason, null)));
    }

    @Test
    void content_in_any_choice_makes_the_answer_nonempty() {
        var silent = new Choice(0, Content.of(""), FinishReason.STOP, Extras.NONE);
        var saying = new Choice(1, Content.of("a"), FinishReason.STOP, Extras.NONE);

        assertEquals(false, WholeAnswer.isEmpty(new Completion(List.of(silent, saying), null, Extras.NONE)));
    }
}
