package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerCheckerTest {

    private static final String SOURCE = "cerebras/gpt-oss-120b";
    private static final Question QUESTION = new Question("Question 7: why?", Question.Target.BARE_ID);
    private static final String ANSWER = QUESTION.answerOf(SOURCE);
    private static final String OTHER = new Question("Question 8: why?", Question.Target.BARE_ID).answerOf(SOURCE);

    private final AnswerChecker checker = new AnswerChecker(List.of("secret-key"));

    static Stream<Arguments> answers() {
        return Stream.of(
                row("the whole answer", Outcome.Kind.RIGHT, ANSWER, SOURCE, "stop", null),
                row("no text after reasoning", Outcome.Kind.RIGHT, "", SOURCE, "length", null),
                row("half an answer", Outcome.Kind.WRONG, ANSWER.substring(0, 20), SOURCE, "stop", null),
                row("no text", Outcome.Kind.WRONG, "", SOURCE, "stop", null),
                row("another question's answer", Outcome.Kind.WRONG, OTHER, SOURCE, "stop", null),
                row("another's answer without an end", Outcome.Kind.WRONG, OTHER, null, null, null),
                row("another's answer with an error", Outcome.Kind.WRONG, OTHER, null, null, "interrupted"),
                row("two answers", Outcome.Kind.WRONG, ANSWER + ANSWER, SOURCE, "stop", null),
                row("from another source", Outcome.Kind.WRONG, ANSWER, "compatible/gpt-oss-120b", "stop", null),
                row("a visible key", Outcome.Kind.WRONG, "secret-key", SOURCE, "stop", null),
                row("an expected error", Outcome.Kind.ERROR, "", null, null, "all_keys_failed"),
                row(
                        "an error after content",
                        Outcome.Kind.BROKEN_OFF,
                        ANSWER.substring(0, 9),
                        null,
                        null,
                        "interrupted"),
                row("an error in the reasoning", Outcome.Kind.BROKEN_OFF, "", null, null, "interrupted"),
                row("an internal error", Outcome.Kind.WRONG, "", null, null, "internal"),
                row("an error of the client", Outcome.Kind.WRONG, "", null, null, "invalid_request"),
                row("no end", Outcome.Kind.LOST, ANSWER, null, null, null),
                row("nothing", Outcome.Kind.LOST, "", null, null, null));
    }

    private static Arguments row(
            String name,
            Outcome.Kind kind,
            String content,
            @Nullable String source,
            @Nullable String finish,
            @Nullable String error) {
        return Arguments.of(name, kind, new Answer(content, source, finish, error, content));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("answers")
    void judge_classifies_each_answer(String name, Outcome.Kind kind, Answer answer) {
        assertEquals(kind, checker.of(QUESTION, answer).kind());
    }
}
