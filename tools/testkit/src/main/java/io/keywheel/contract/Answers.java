package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.Wire.Reply;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.ModelId;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Checks of whole answers and of lists of models.
interface Answers extends AdapterUnderTest {

    @Test
    default void delivers_text_unchanged() {
        String text = " \n Zażółć cafe\u0301 \"gęślą\" jaźń,\n\t日本語 \\ 🦊 \u0001 \n ";
        assertEquals(text, answer(wire().answer(text, FinishReason.STOP)).text());
    }

    @Test
    default void reads_an_answer_in_any_layout() {
        Reply answer = wire().answer("Hello, \"world\"", FinishReason.STOP);
        Reply laidOut = wire().laidOut(answer);
        assumeFalse(laidOut.equals(answer));
        assertEquals("Hello, \"world\"", answer(laidOut).text());
    }

    @Test
    default void reports_the_usage_of_an_answer() {
        assertCost(wire(), answer(wire().answer("Hello", FinishReason.STOP)).usage());
    }

    @Test
    default void reports_the_limits_of_an_answer() {
        String[] headers = nothingLeft().toArray(String[]::new);
        Reply hello = wire().answer("Hello", FinishReason.STOP);
        inEachForm(form -> {
            try (var adapter = open(exchange -> {
                if (form == WHOLE) {
                    exchange.say(hello.withHeaders(List.of(headers)));
                } else {
                    exchange.openStream(wire(), headers);
                    exchange.chunk(wire().piece("Hello"));
                    exchange.chunk(end());
                    exchange.endStream();
                }
            })) {
                assertNothingLeft(assertInstanceOf(LlmReply.Answered.class, adapter.ask(form))
                        .limits());
            }
        });
    }

    @Test
    default void reports_the_finish_reason_of_an_answer() {
        for (FinishReason reason : wire().reasons()) {
            assertEquals(reason, answer(wire().answer("Hello", reason)).finishReason());
        }
    }

    @Test
    default void accepts_empty_text_that_ended_by_length() {
        assertEquals("", answer(wire().answer("", FinishReason.LENGTH)).text());
    }

    @Test
    default void accepts_empty_text_that_was_withheld() {
        assumeTrue(wire().reasons().contains(FinishReason.CONTENT_FILTER));
        assertEquals("", answer(wire().answer("", FinishReason.CONTENT_FILTER)).text());
    }

    @Test
    default void rejects_empty_text_that_ended_by_stop() {
        assertFails(Kind.EMPTY_REPLY, WHOLE, saying(wire().answer("", FinishReason.STOP)));
    }

    @Test
    default void delivers_a_tool_call() {
        List<ToolCall> calls = toolCalls(given(wire().toolCall("look_up", "{\"city\":\"Ulm\"}")));
        assertEquals(List.of("look_up"), calls.stream().map(ToolCall::name).toList());
        assertTrue(calls.getFirst().arguments().contains("Ulm"), calls::toString);
    }

    @Test
    default void separates_parallel_tool_calls() {
        List<ToolCall> calls =
                toolCalls(given(wire().toolCalls("look_up", List.of("{\"city\":\"Ulm\"}", "{\"city\":\"Bonn\"}"))));
        assertEquals(2, calls.stream().map(ToolCall::id).distinct().count(), calls::toString);
        assertTrue(calls.getFirst().arguments().contains("Ulm"), calls::toString);
        assertTrue(calls.getLast().arguments().contains("Bonn"), calls::toString);
    }

    @Test
    default void delivers_text_beside_a_tool_call() {
        Reply said = given(wire().textAndToolCall("Hello", "look_up", "{}"));
        assertEquals("Hello", answer(said).text());
        assertEquals("look_up", toolCalls(said).getFirst().name());
    }

    private List<ToolCall> toolCalls(Reply said) {
        return answer(said).choices().getFirst().reply().toolCalls();
    }

    @Test
    default void finishes_a_tool_call_with_tool_calls() {
        assertEquals(
                FinishReason.TOOL_CALLS,
                answer(given(wire().toolCall("look_up", "{}"))).finishReason());
    }

    @Test
    default void keeps_the_ids_of_tool_calls() {
        List<String> ids = given(wire().callIds());
        List<ToolCall> calls = toolCalls(given(wire().toolCalls("look_up", List.of("{}", "{}"))));
        assertEquals(ids, calls.stream().map(ToolCall::id).toList());
    }

    @Test
    default void keeps_reasoning_apart_from_text() {
        Completion completion = answer(given(wire().reasoned("It is snowing.", "Stay in.")));
        assertEquals("Stay in.", completion.text());
        assertEquals("It is snowing.", completion.reasoning());
    }

    @Test
    default void lists_models() {
        assertListed(given(wire().models(List.of("model-a", "model-b"))), "model-a", "model-b");
    }

    @Test
    default void lists_models_in_any_layout() {
        Reply models = given(wire().models(List.of("model-a")));
        assumeFalse(wire().laidOut(models).equals(models));
        assertListed(wire().laidOut(models), "model-a");
    }

    private void assertListed(Reply said, String... models) {
        try (var adapter = open(saying(said))) {
            assertEquals(
                    new ModelsReply.Listed(Stream.of(models).map(ModelId::new).toList()),
                    adapter.port.models(slot(1), LONG));
        }
    }

    @Test
    default void lists_models_with_the_given_key() {
        Reply models = given(wire().models(List.of("model-a")));
        try (var adapter = open(saying(models))) {
            adapter.port.models(slot(2), LONG);
            assertTrue(wire().showsKey(adapter.request(), OTHER_SECRET));
        }
    }

    @Test
    default void reports_a_refused_model_list() {
        for (Kind kind : Kind.values()) {
            wire().failure(kind, "no").ifPresent(refusal -> {
                try (var adapter = open(saying(refusal))) {
                    assertInstanceOf(ModelsReply.Failed.class, adapter.port.models(slot(1), LONG), kind::name);
                }
            });
        }
    }

    static void assertCost(Wire wire, @Nullable TokenUsage usage) {
        assertNotNull(usage);
        assertEquals(Wire.PROMPT_TOKENS, usage.promptTokens());
        assertEquals(Wire.COMPLETION_TOKENS, usage.completionTokens());
        assertEquals(Wire.PROMPT_TOKENS + Wire.COMPLETION_TOKENS, usage.totalTokens());
        wire.cachedTokens().ifPresent(cached -> assertEquals(cached, usage.cachedTokens()));
        wire.reasoningTokens().ifPresent(reasoning -> assertEquals(reasoning, usage.reasoningTokens()));
    }
}
