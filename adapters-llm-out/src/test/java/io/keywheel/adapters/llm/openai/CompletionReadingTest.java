package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.Holding.assertHeld;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading an answer loses no field.
class CompletionReadingTest {

    private static final int ROUNDS = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {RecordedAnswers.GROQ_ANSWER, RecordedAnswers.CEREBRAS_ANSWER})
    void recorded_answer_is_read_without_loss(String answer) {
        assertAnswerHeld(answer);
    }

    @ParameterizedTest
    @MethodSource("recordedEvents")
    void recorded_stream_event_is_read_without_loss(String event) {
        assertChunkHeld(event);
    }

    static List<String> recordedEvents() {
        return Stream.of(RecordedAnswers.GROQ_STREAM, RecordedAnswers.CEREBRAS_STREAM)
                .flatMap(Arrays::stream)
                .filter(event -> !event.equals("[DONE]"))
                .toList();
    }

    @Test
    void random_answer_is_read_without_loss() {
        var answers = new RandomAnswers(new Random(7));
        for (int i = 0; i < ROUNDS; i++) {
            assertAnswerHeld(answers.answer());
        }
    }

    @Test
    void random_stream_event_is_read_without_loss() {
        var answers = new RandomAnswers(new Random(8));
        for (int i = 0; i < ROUNDS; i++) {
            assertChunkHeld(answers.chunk());
        }
    }

    private static void assertAnswerHeld(String answer) {
        assertHeld(Read.tree(answer), Objects.requireNonNull(AnswerReader.completion(Read.bytes(answer)), answer));
    }

    private static void assertChunkHeld(String event) {
        assertHeld(Read.tree(event), Read.chunk(event));
    }
}
