package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {

    private static final String SPEAKER = "cerebras/gpt-oss-120b";

    private final Question question = new Question("Question 7: why?", Target.CEREBRAS);
    private final String answer = question.answerOf(SPEAKER);
    private final Judge judge = new Judge(List.of("secret-key"));

    @Test
    void the_whole_answer_of_one_who_may_give_it_is_right() {
        assertEquals(new Outcome.Right(), judged(answer, SPEAKER, "stop", null));
    }

    @Test
    void an_answer_cut_short_by_thoughts_alone_is_right() {
        assertEquals(new Outcome.Right(), judged("", SPEAKER, "length", null));
    }

    @Test
    void half_an_answer_that_passes_for_a_whole_one_is_wrong() {
        assertWrong(judged(answer.substring(0, 20), SPEAKER, "stop", null));
    }

    @Test
    void nothing_that_passes_for_an_answer_is_wrong() {
        assertWrong(judged("", SPEAKER, "stop", null));
    }

    @Test
    void another_question_s_answer_is_wrong_whole_begun_and_broken_off() {
        String other = new Question("Question 8: why?", Target.CEREBRAS).answerOf(SPEAKER);

        assertWrong(judged(other, SPEAKER, "stop", null));
        assertWrong(judged(other, null, null, null));
        assertWrong(judged(other, null, null, "interrupted"));
    }

    @Test
    void two_answers_in_one_are_wrong() {
        assertWrong(judged(answer + answer, SPEAKER, "stop", null));
    }

    @Test
    void the_answer_of_one_who_was_not_asked_is_wrong() {
        String other = "compatible/gpt-oss-120b";

        assertWrong(judged(question.answerOf(other), other, "stop", null));
    }

    @Test
    void an_answer_that_another_gave_than_is_told_is_wrong() {
        var open = new Question("Question 7: why?", Target.ANY);
        String told = "groq/openai/gpt-oss-120b";

        assertWrong(judge.of(open, new Said(open.answerOf(SPEAKER), told, "stop", null, "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"all_keys_failed", "rejected", "deadline_exceeded"})
    void an_error_that_explains_itself_is_clear(String kind) {
        assertEquals(new Outcome.Refused(kind), judged("", null, null, kind));
    }

    @Test
    void an_error_after_a_beginning_of_the_answer_breaks_it_off() {
        assertEquals(new Outcome.BrokenOff("interrupted"), judged(answer.substring(0, 9), null, null, "interrupted"));
        assertEquals(new Outcome.BrokenOff("interrupted"), judged("", null, null, "interrupted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"internal", "invalid_request", "unauthorized", "cancelled"})
    void an_error_that_a_right_request_cannot_have_is_wrong(String kind) {
        assertWrong(judged("", null, null, kind));
    }

    @Test
    void what_ends_without_an_end_is_lost() {
        assertInstanceOf(Outcome.Lost.class, judged(answer, null, null, null));
        assertInstanceOf(Outcome.Lost.class, judged("", null, null, null));
    }

    @Test
    void a_key_in_sight_is_wrong_whatever_else() {
        assertWrong(judge.of(question, new Said(answer, SPEAKER, "stop", null, "by secret-key")));
    }

    private Outcome judged(String content, @Nullable String speaker, @Nullable String finish, @Nullable String error) {
        return judge.of(question, new Said(content, speaker, finish, error, content));
    }

    private static void assertWrong(Outcome outcome) {
        assertInstanceOf(Outcome.Wrong.class, outcome);
    }
}
