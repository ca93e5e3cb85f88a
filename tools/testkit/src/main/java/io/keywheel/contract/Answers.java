package io.keywheel.contract;

import static io.keywheel.contract.AdapterFixture.Form.WHOLE;
import static io.keywheel.contract.AdapterFixture.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.Wire.Said;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.ModelId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is sent, and what is read of a whole answer.
interface Answers extends AdapterUnderTest {

    @Test
    default void delivers_text_unchanged() {
        String text = "Zażółć \"gęślą\" jaźń,\n\t日本語 \\ 🦊 \u0001";
        assertEquals(text, answer(wire().answer(text, FinishReason.STOP)).text());
    }

    @Test
    default void reads_an_answer_in_any_layout() {
        Said answer = wire().answer("Hello, \"world\"", FinishReason.STOP);
        Said laidOut = wire().laidOut(answer);
        assumeFalse(laidOut.equals(answer));
        assertEquals("Hello, \"world\"", answer(laidOut).text());
    }

    @Test
    default void reports_the_usage_of_an_answer() {
        assertCost(answer(wire().answer("Hello", FinishReason.STOP)).usage());
    }

    @Test
    default void reports_the_finish_reason_of_an_answer() {
        for (FinishReason reason : List.of(FinishReason.STOP, FinishReason.LENGTH)) {
            assertEquals(reason, answer(wire().answer("Hello", reason)).finishReason());
        }
    }

    @Test
    default void accepts_empty_text_that_ended_by_length() {
        assertEquals("", answer(wire().answer("", FinishReason.LENGTH)).text());
    }

    @Test
    default void rejects_empty_text_that_ended_by_stop() {
        assertEquals(
                Kind.EMPTY_REPLY, failure(wire().answer("", FinishReason.STOP)).kind());
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

    private List<ToolCall> toolCalls(Said said) {
        return answer(said).choices().getFirst().reply().toolCalls();
    }

    @Test
    default void finishes_a_tool_call_with_tool_calls() {
        assertEquals(
                FinishReason.TOOL_CALLS,
                answer(given(wire().toolCall("look_up", "{}"))).finishReason());
    }

    @Test
    default void sends_the_text_of_every_message() {
        try (var adapter = answering()) {
            adapter.ask(
                    WHOLE,
                    adapter.call(
                            Message.system("words-of-the-system"),
                            Message.user("words-of-the-user"),
                            Message.assistant("words-of-the-model"),
                            Message.user("more-of-the-user")));
            adapter.assertSent("words-of-the-system", "words-of-the-user", "words-of-the-model", "more-of-the-user");
        }
    }

    /// One more message of a role brings that role once more, and no other.
    @Test
    default void sends_the_role_of_every_message() {
        var user = Message.user("Hello");
        List<Long> base = roles(user);
        assertEquals(List.of(1L, 0L, 0L), difference(base, roles(Message.system("Be short"), user)));
        assertEquals(List.of(0L, 0L, 1L), difference(base, roles(user, Message.assistant("Hi"))));
    }

    /// How often the request has the words for system, user and assistant.
    private List<Long> roles(Message... messages) {
        try (var adapter = answering()) {
            adapter.ask(WHOLE, adapter.call(messages));
            String body = adapter.request().body();
            return Stream.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)
                    .map(role -> Pattern.compile("\\b" + wire().role(role) + "\\b")
                            .matcher(body)
                            .results()
                            .count())
                    .toList();
        }
    }

    private static List<Long> difference(List<Long> base, List<Long> more) {
        return IntStream.range(0, base.size())
                .mapToObj(i -> more.get(i) - base.get(i))
                .toList();
    }

    @Test
    default void sends_the_model_of_the_call() {
        try (var adapter = answering()) {
            adapter.ask(WHOLE, adapter.hello(1, new ModelId("another-model")));
            assertTrue((adapter.request().head() + adapter.request().body()).contains("another-model"));
        }
    }

    /// An id that goes into a URL must be escaped there, and must not lead elsewhere with the key.
    @Test
    default void escapes_the_model_id_in_the_request_target() {
        String plain = target(AdapterFixture.MODEL).orElseThrow();
        for (String id : List.of("a^b", "a|b", "a{b}", "a#b", "a?b=c", "../a", "a/b", "..", "a%2Fb", "a\"b<c>\\d`")) {
            target(new ModelId(id)).ifPresent(target -> assertEquals(plain, target, id));
        }
    }

    /// The request target, with `*` for the model's id; empty where the id is refused and nothing is sent.
    private Optional<String> target(ModelId model) {
        try (var adapter = answering()) {
            LlmReply reply = adapter.ask(WHOLE, adapter.hello(1, model));
            if (adapter.server().exchanges().isEmpty()) {
                assertEquals(
                        Kind.MODEL_UNAVAILABLE, AdapterFixture.failed(reply).kind());
                return Optional.empty();
            }
            URI target = URI.create(adapter.request().head().split(" ", 3)[1]);
            String escaped = URLEncoder.encode(model.value(), StandardCharsets.UTF_8);
            return Optional.of(target.toString().replace(escaped, "*"));
        }
    }

    @Test
    default void sends_the_key_of_the_call() {
        try (var adapter = answering()) {
            adapter.ask(WHOLE, adapter.hello(2, AdapterFixture.MODEL));
            assertTrue(wire().showsKey(adapter.request(), AdapterFixture.OTHER_SECRET));
        }
    }

    @Test
    default void sends_no_key_to_a_keyless_provider() {
        assumeTrue(provider().defaults().keyless());
        try (var adapter = answering();
                LlmPort port =
                        AdapterFixture.open(this, adapter.server().baseUrl(), AdapterFixture.PATIENT, Map.of(), "")) {
            AdapterFixture.answered(port.complete(adapter.hello(LONG)));
            String head = adapter.request().head().toLowerCase(Locale.ROOT);
            assertFalse(head.contains("\nauthorization:"), head);
        }
    }

    @Test
    default void sends_requests_concurrently() throws Exception {
        var all = new CyclicBarrier(4);
        try (var adapter = open(exchange -> {
            all.await(LONG.toMillis() / 2, TimeUnit.MILLISECONDS);
            exchange.say(wire().answer("Hello", FinishReason.STOP));
        })) {
            var pending = Stream.generate(() -> adapter.pending(WHOLE)).limit(4).toList();
            for (AdapterFixture.Pending one : pending) {
                AdapterFixture.answered(one.reply().get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    @Test
    default void lists_models() {
        assertListed(given(wire().models(List.of("model-a", "model-b"))), "model-a", "model-b");
    }

    @Test
    default void lists_models_in_any_layout() {
        Said models = given(wire().models(List.of("model-a")));
        assumeFalse(wire().laidOut(models).equals(models));
        assertListed(wire().laidOut(models), "model-a");
    }

    private void assertListed(Said said, String... models) {
        try (var adapter = open(AdapterUnderTest.saying(said))) {
            assertEquals(
                    new ModelsReply.Listed(Stream.of(models).map(ModelId::new).toList()),
                    adapter.port().models(adapter.slot(1), LONG));
        }
    }

    @Test
    default void lists_models_with_the_given_key() {
        Said models = given(wire().models(List.of("model-a")));
        try (var adapter = open(AdapterUnderTest.saying(models))) {
            adapter.port().models(adapter.slot(2), LONG);
            assertTrue(wire().showsKey(adapter.request(), AdapterFixture.OTHER_SECRET));
        }
    }

    @Test
    default void reports_a_refused_model_list() {
        Said refusal = wire().failure(Kind.UNAVAILABLE, "broken").orElseThrow();
        try (var adapter = open(AdapterUnderTest.saying(refusal))) {
            assertInstanceOf(ModelsReply.Failed.class, adapter.port().models(adapter.slot(1), LONG));
        }
    }

    static void assertCost(@Nullable TokenUsage usage) {
        assertNotNull(usage);
        assertEquals(Wire.PROMPT_TOKENS, usage.promptTokens());
        assertEquals(Wire.COMPLETION_TOKENS, usage.completionTokens());
    }
}
