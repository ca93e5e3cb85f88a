package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionReaderTest {

    @Test
    void reads_what_cerebras_sends() {
        var completion = answered(RecordedAnswers.CEREBRAS_ANSWER);
        assertEquals("2 + 2 = 4.", completion.text());
        assertEquals(FinishReason.STOP, completion.finishReason());
        assertEquals(
                List.of("id", "created", "model", "system_fingerprint", "object", "time_info"),
                List.copyOf(completion.extras().fields().keySet()));
        assertEquals("1764196886", completion.extras().fields().get("created"));
    }

    @Test
    void reads_what_the_answer_of_groq_cost() {
        TokenUsage usage =
                Objects.requireNonNull(answered(RecordedAnswers.GROQ_ANSWER).usage());
        assertEquals(
                List.of(84L, 47L, 131L), List.of(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()));
        assertEquals("0.104029483", usage.extras().fields().get("queue_time"));
        assertEquals("{\"reasoning_tokens\":37}", usage.extras().fields().get("completion_tokens_details"));
    }

    @Test
    void reads_every_choice() {
        assertEquals(
                List.of(
                        new Choice(1, Reply.of("b"), FinishReason.LENGTH, Extras.of("logprobs", "null")),
                        new Choice(0, Reply.of("a"), FinishReason.STOP, Extras.NONE)),
                answered("{\"choices\":[{\"index\":1,\"message\":{\"content\":\"b\"},\"logprobs\":null,"
                                + "\"finish_reason\":\"length\"},"
                                + "{\"index\":0,\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}")
                        .choices());
    }

    @Test
    void a_choice_without_an_index_has_that_of_its_place() {
        assertEquals(
                List.of(0, 1),
                answered("{\"choices\":[{\"message\":{\"content\":\"a\"}},{\"message\":{}}]}").choices().stream()
                        .map(Choice::index)
                        .toList());
    }

    @Test
    void content_may_be_missing_beside_tool_calls() {
        var completion = answered(choice(
                "{\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                        + "\"{}\"}}]}",
                "tool_calls"));
        assertEquals(
                List.of(new ToolCall("c1", "f", "{}")),
                completion.choices().getFirst().reply().toolCalls());
        assertEquals("", completion.text());
        assertNull(completion.usage());
    }

    @ParameterizedTest
    @CsvSource({
        "stop,STOP",
        "length,LENGTH",
        "tool_calls,TOOL_CALLS",
        "function_call,TOOL_CALLS",
        "content_filter,CONTENT_FILTER",
        "eos,OTHER"
    })
    void knows_the_reasons_to_finish(String name, FinishReason reason) {
        assertEquals(reason, answered(choice("{\"content\":\"x\"}", name)).finishReason());
    }

    @ParameterizedTest
    @CsvSource({"stop,", "length,", "function_call,\"function_call\"", "eos,\"eos\"", "other,\"other\""})
    void keeps_a_word_that_the_vocabulary_says_otherwise(String name, @Nullable String kept) {
        assertEquals(
                kept,
                answered(choice("{\"content\":\"x\"}", name))
                        .choices()
                        .getFirst()
                        .extras()
                        .fields()
                        .get("finish_reason"));
    }

    @Test
    void an_answer_need_not_tell_why_it_ended() {
        var silent = answered("{\"choices\":[{\"message\":{\"content\":\"x\"}}]}");
        assertEquals(Completion.of(Reply.of("x"), FinishReason.OTHER, null), silent);
    }

    @Test
    void thoughts_spelt_both_ways_keep_both_names() {
        var said = said("{\"content\":\"x\",\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\"}");

        assertEquals("Hm", said.reasoning());
        assertEquals(
                List.of("reasoning", "reasoning_content"),
                List.copyOf(said.extras().fields().keySet()));
    }

    @Test
    void a_role_is_only_kept_if_it_is_another() {
        assertEquals(
                Extras.NONE, said("{\"role\":\"assistant\",\"content\":\"x\"}").extras());
        assertEquals(
                Extras.of("role", "\"model\""),
                said("{\"role\":\"model\",\"content\":\"x\"}").extras());
    }

    @Test
    void reasoning_content_is_reasoning_under_its_own_name() {
        assertEquals(
                new Reply("x", "Hm", List.of(), Extras.of("reasoning_content", "\"Hm\"")),
                said("{\"content\":\"x\",\"reasoning_content\":\"Hm\"}"));
    }

    @Test
    void an_answer_without_words_that_used_its_budget_is_one() {
        assertEquals(
                "Hm",
                answered(choice("{\"reasoning_content\":\"Hm\"}", "length")).reasoning());
    }

    @Test
    void words_in_any_choice_are_an_answer() {
        assertEquals(
                2,
                answered("{\"choices\":[{\"message\":{},\"finish_reason\":\"stop\"},"
                                + "{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}")
                        .choices()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "{\"choices\":[]}", "{\"choices\":[{\"message\":3}]}"})
    void what_has_no_choice_is_no_answer(String body) {
        assertNull(AnswerReader.completion(Read.bytes(body)));
    }

    private static String choice(String message, String reason) {
        return "{\"choices\":[{\"message\":" + message + ",\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static Reply said(String message) {
        return answered(choice(message, "stop")).choices().getFirst().reply();
    }

    private static Completion answered(String json) {
        var completion = Objects.requireNonNull(AnswerReader.completion(Read.bytes(json)));
        return completion;
    }
}
