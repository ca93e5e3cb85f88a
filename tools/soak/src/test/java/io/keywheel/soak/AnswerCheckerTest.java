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
                row("the whole answer", Verdict.Kind.RIGHT, ANSWER, SOURCE, "stop", null),
                row("no text after reasoning", Verdict.Kind.RIGHT, "", SOURCE, "length", null),
                row("half an answer", Verdict.Kind.WRONG, ANSWER.substring(0, 20), SOURCE, "stop", null),
                row("no text", Verdict.Kind.WRONG, "", SOURCE, "stop", null),
                row("another question's answer", Verdict.Kind.WRONG, OTHER, SOURCE, "stop", null),
                row("another's answer without an end", Verdict.Kind.WRONG, OTHER, null, null, null),
                row("another's answer with an error", Verdict.Kind.WRONG, OTHER, null, null, "interrupted"),
                row("two answers", Verdict.Kind.WRONG, ANSWER + ANSWER, SOURCE, "stop", null),
                row("from another source", Verdict.Kind.WRONG, ANSWER, "compatible/gpt-oss-120b", "stop", null),
                row("a visible key", Verdict.Kind.WRONG, "secret-key", SOURCE, "stop", null),
                row("an expected error", Verdict.Kind.ERROR, "", null, null, "all_keys_failed"),
                row(
                        "an error after content",
                        Verdict.Kind.BROKEN_OFF,
                        ANSWER.substring(0, 9),
                        null,
                        null,
                        "interrupted"),
                row("an error in the reasoning", Verdict.Kind.BROKEN_OFF, "", null, null, "interrupted"),
                row("an internal error", Verdict.Kind.WRONG, "", null, null, "internal"),
                row("an error of the client", Verdict.Kind.WRONG, "", null, null, "invalid_request"),
                row("no end", Verdict.Kind.LOST, ANSWER, null, null, null),
                row("nothing", Verdict.Kind.LOST, "", null, null, null));
    }

    private static Arguments row(
            String name,
            Verdict.Kind kind,
            String content,
            @Nullable String source,
            @Nullable String finish,
            @Nullable String error) {
        return Arguments.of(name, kind, new Answer(content, source, finish, error, content));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("answers")
    void judge_classifies_each_answer(String name, Verdict.Kind kind, Answer answer) {
        assertEquals(kind, checker.of(QUESTION, answer).kind());
    }
}
