package io.keywheel.contract;

import static io.keywheel.contract.AdapterUnderTest.Form.STREAM;
import static io.keywheel.contract.AdapterUnderTest.Form.WHOLE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;

/// Checks of answers in each form, and of lists of models.
interface Answers extends AdapterUnderTest {

    String ULM = "{\"city\":\"Ulm\"}";

    @Test
    default void delivers_text_unchanged() {
        List<String> pieces =
                List.of(" ", "\n Zażółć cafe\u0301 ", "\"gęślą\" jaźń,\n\t", "日本語 \\ 🦊 \u0001", " ", "\n", " ");
        String text = String.join("", pieces);
        reading(
                Optional.of(wire().answer(text, FinishReason.STOP)),
                Optional.of(pieces.stream().map(wire()::piece).collect(Collectors.joining())),
                FinishReason.STOP,
                answer -> assertEquals(text, answer.text()));
    }

    @Test
    default void joins_the_parts_of_a_text() {
        Reply answer = given(wire().answerInParts(List.of("one ", "two ", "three")));
        assertEquals("one two three", read(WHOLE, saying(answer)).text());
    }

    @Test
    default void reads_an_answer_in_any_layout() {
        Reply answer = wire().answer("Hello, \"world\"", FinishReason.STOP);
        Reply laidOut = wire().laidOut(answer);
        assumeFalse(laidOut.equals(answer));
        assertEquals("Hello, \"world\"", read(WHOLE, saying(laidOut)).text());
    }

    /// Providers add fields at any time.
    @Test
    default void ignores_unknown_fields() {
        Reply answer = wire().answer("Hello", FinishReason.STOP);
        String whole = withUnknownField(answer.body());
        String stream = withUnknownField(wire().piece("Hello") + end());
        assertEquals(
                "Hello",
                read(WHOLE, saying(new Reply(answer.status(), answer.type(), whole, answer.headers())))
                        .text());
        assertEquals("Hello", read(STREAM, streaming(stream)).text());
    }

    private static String withUnknownField(String lines) {
        return lines.replaceAll("(?m)^((?:data: ?)?)\\{(?=\\s*\")", "$1{\"unheard\":{\"of\":[null]},");
    }

    /// Parsers may turn a null into the text `null`.
    @Test
    default void reads_null_as_no_text() {
        String hello = wire().piece("Hello");
        String none = hello.replace("\"Hello\"", "null");
        assumeFalse(none.equals(hello));
        assertEquals("Hello", read(STREAM, streaming(none, hello, end())).text());
    }

    @Test
    default void reports_the_usage_of_an_answer() {
        readingHello(FinishReason.STOP, answer -> {
            TokenUsage usage = requireNonNull(answer.usage());
            assertEquals(Wire.PROMPT_TOKENS, usage.promptTokens());
            assertEquals(Wire.COMPLETION_TOKENS, usage.completionTokens());
            assertEquals(Wire.PROMPT_TOKENS + Wire.COMPLETION_TOKENS, usage.totalTokens());
            wire().cachedTokens().ifPresent(cached -> assertEquals(cached, usage.cachedTokens()));
            wire().reasoningTokens().ifPresent(reasoning -> assertEquals(reasoning, usage.reasoningTokens()));
        });
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
            readingHello(reason, answer -> assertEquals(reason, answer.finishReason()));
        }
    }

    @Test
    default void accepts_empty_text_that_ended_by_length() {
        assertEquals("", empty(FinishReason.LENGTH).text());
    }

    @Test
    default void accepts_empty_text_that_was_withheld() {
        assertEquals("", empty(FinishReason.CONTENT_FILTER).text());
    }

    private Completion empty(FinishReason reason) {
        assumeTrue(wire().reasons().contains(reason));
        return read(WHOLE, saying(wire().answer("", reason)));
    }

    @Test
    default void rejects_empty_text_that_ended_by_stop() {
        inEachForm(form -> assertFails(
                Kind.EMPTY_REPLY,
                form,
                form == WHOLE ? saying(wire().answer("", FinishReason.STOP)) : streaming(end())));
    }

    @Test
    default void delivers_a_tool_call() {
        readingCalls(List.of(ULM), answer -> {
            List<ToolCall> calls = toolCalls(answer);
            assertEquals(List.of("look_up"), calls.stream().map(ToolCall::name).toList());
            assertTrue(calls.getFirst().arguments().contains("Ulm"), calls::toString);
        });
    }

    /// Clients parse the arguments, and an empty text is no JSON.
    @Test
    default void delivers_an_object_for_a_call_without_arguments() {
        readingCalls(
                List.of("{}"),
                answer -> assertEquals("{}", toolCalls(answer).getFirst().arguments()));
    }

    @Test
    default void finishes_a_tool_call_with_tool_calls() {
        readingCalls(List.of(ULM), answer -> assertEquals(FinishReason.TOOL_CALLS, answer.finishReason()));
    }

    @Test
    default void separates_parallel_tool_calls() {
        readingCalls(List.of(ULM, "{\"city\":\"Bonn\"}"), answer -> {
            List<ToolCall> calls = toolCalls(answer);
            assertEquals(2, calls.size(), calls::toString);
            assertEquals(2, calls.stream().map(ToolCall::id).distinct().count(), calls::toString);
            assertTrue(calls.getFirst().arguments().contains("Ulm"), calls::toString);
            assertTrue(calls.getLast().arguments().contains("Bonn"), calls::toString);
        });
    }

    @Test
    default void keeps_the_ids_of_tool_calls() {
        List<String> ids = given(wire().callIds());
        readingCalls(
                List.of("{}", "{}"),
                answer -> assertEquals(
                        ids, toolCalls(answer).stream().map(ToolCall::id).toList()));
    }

    /// An answer that calls `look_up` once for each of the arguments.
    private void readingCalls(List<String> arguments, ThrowingConsumer<Completion> check) {
        reading(
                wire().toolCalls("look_up", arguments),
                wire().toolCallPieces("look_up", arguments),
                FinishReason.TOOL_CALLS,
                check);
    }

    @Test
    default void delivers_text_beside_a_tool_call() {
        reading(
                wire().textAndToolCall("Hello", "look_up", "{}"),
                wire().toolCallPieces("look_up", List.of("{}")).map(call -> wire().piece("Hello") + call),
                FinishReason.TOOL_CALLS,
                answer -> {
                    assertEquals("Hello", answer.text());
                    assertEquals("look_up", toolCalls(answer).getFirst().name());
                });
    }

    private static List<ToolCall> toolCalls(Completion answer) {
        return answer.choices().getFirst().content().toolCalls();
    }

    @Test
    default void keeps_reasoning_apart_from_text() {
        reading(
                wire().reasoned("It is snowing.", "Stay in."),
                wire().reasoningPiece("It is snowing.").map(thought -> thought + wire().piece("Stay in.")),
                FinishReason.STOP,
                answer -> {
                    assertEquals("Stay in.", answer.text());
                    assertEquals("It is snowing.", answer.reasoning());
                });
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
            wire().failure(kind, "no").ifPresent(refusal -> assertNoList(refusal, kind.name()));
        }
        Reply error = wire().failure(Kind.UNAVAILABLE, "no").orElseThrow().withStatus(200);
        assertNoList(error, "an error with the status 200");
    }

    private void assertNoList(Reply refusal, String name) {
        try (var adapter = open(saying(refusal))) {
            assertInstanceOf(ModelsReply.Failed.class, adapter.port.models(slot(1), LONG), name);
        }
    }
}
