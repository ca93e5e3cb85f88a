package io.keywheel.clients.openai;

import static io.keywheel.clients.World.CEREBRAS_MODEL;
import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.openai.Caller.question;
import static io.keywheel.clients.openai.Caller.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One gateway for all: nothing fails here.
@TestInstance(PER_CLASS)
final class StreamsTest {

    private static final ChatCompletionStreamOptions WITH_USAGE =
            ChatCompletionStreamOptions.builder().includeUsage(true).build();

    @AutoClose
    private final Caller caller = new Caller();

    @BeforeEach
    void forget() {
        caller.world.simulator().clearRequests();
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL, "auto"})
    void an_answer_arrives_in_pieces_and_ends(String model) {
        var chunks = caller.stream(question(model, "hello"));
        assertTrue(text(chunks).contains("You asked \"hello\" (message 1 of this conversation)."), text(chunks));
        assertEquals(
                1,
                chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .filter(choice -> choice.finishReason().isPresent())
                        .count());
        assertTrue(
                chunks.stream().filter(chunk -> !text(List.of(chunk)).isEmpty()).count() > 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void usage_that_was_asked_for_comes_in_one_last_chunk_without_choices(String model) {
        var chunks = caller.stream(question(model, "hello").streamOptions(WITH_USAGE));
        assertEquals(
                1, chunks.stream().filter(chunk -> chunk.usage().isPresent()).count());
        assertTrue(chunks.getLast().choices().isEmpty());
        assertTrue(chunks.getLast().usage().orElseThrow().totalTokens() > 0);
        assertEquals(
                1, chunks.stream().filter(chunk -> chunk.choices().isEmpty()).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void usage_that_was_not_asked_for_does_not_come(String model) {
        var chunks = caller.stream(question(model, "hello"));
        assertTrue(chunks.stream().allMatch(chunk -> chunk.usage().isEmpty()), chunks.toString());
        assertTrue(chunks.stream().noneMatch(chunk -> chunk.choices().isEmpty()));
    }

    @Test
    void streamed_choices_keep_apart() {
        var chunks = caller.stream(question(LOCAL_MODEL, "hello").n(2));
        for (long index = 0; index < 2; index++) {
            assertEquals(index == 1, text(ofChoice(chunks, index)).contains("choice 2"));
        }
    }

    private static List<ChatCompletionChunk> ofChoice(List<ChatCompletionChunk> chunks, long index) {
        return chunks.stream()
                .filter(chunk -> chunk.choices().getFirst().index() == index)
                .toList();
    }

    @Test
    void streamed_logprobs_arrive() {
        var chunks = caller.stream(question(LOCAL_MODEL, "hello").logprobs(true));
        var tokens = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .flatMap(choice -> choice.logprobs().stream())
                .flatMap(logprobs -> logprobs.content().stream())
                .flatMap(List::stream)
                .toList();
        var joined = new StringBuilder();
        tokens.forEach(token -> joined.append(token.token()));
        assertEquals(text(chunks), joined.toString());
    }

    @Test
    void what_only_one_provider_says_arrives_in_its_chunks() {
        var groq = caller.stream(question(GROQ_MODEL, "hello"));
        assertTrue(groq.stream().anyMatch(chunk -> chunk._allProperties().containsKey("x_groq")));
        var cerebras = caller.stream(question(CEREBRAS_MODEL, "hello"));
        assertTrue(cerebras.stream().anyMatch(chunk -> chunk._allProperties().containsKey("time_info")));
        assertTrue(Stream.of(groq, cerebras).allMatch(chunks -> chunks.stream().anyMatch(StreamsTest::thinks)));
    }

    private static boolean thinks(ChatCompletionChunk chunk) {
        return chunk.choices().stream()
                .anyMatch(choice -> choice.delta()._allProperties().containsKey("reasoning"));
    }
}
