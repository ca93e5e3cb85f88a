package io.keywheel.contract;

import static io.keywheel.contract.Trial.Form.WHOLE;
import static io.keywheel.contract.Trial.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.contract.Wire.Said;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.routing.ModelId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is asked, and what is answered as a whole.
interface Answers extends Subject {

    @Test
    default void hands_on_an_answer_to_the_character() {
        String words = "Zażółć \"gęślą\" jaźń,\n\t日本語 \\ 🦊 \u0001";
        try (var trial = trial(exchange -> exchange.say(wire().answer(words, FinishReason.STOP)))) {
            assertEquals(words, trial.answered(WHOLE).text());
        }
    }

    @Test
    default void reads_an_answer_however_it_is_laid_out() {
        Said answer = wire().answer("Hello, \"world\"", FinishReason.STOP);
        Said laidOut = wire().laidOut(answer);
        assumeFalse(laidOut.equals(answer));
        try (var trial = trial(exchange -> exchange.say(laidOut))) {
            assertEquals("Hello, \"world\"", trial.answered(WHOLE).text());
        }
    }

    @Test
    default void tells_what_an_answer_cost() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)))) {
            assertCost(trial.answered(WHOLE).usage());
        }
    }

    @Test
    default void tells_why_an_answer_ended() {
        for (FinishReason reason : List.of(FinishReason.STOP, FinishReason.LENGTH)) {
            try (var trial = trial(exchange -> exchange.say(wire().answer("Hello", reason)))) {
                assertEquals(reason, trial.answered(WHOLE).finishReason());
            }
        }
    }

    @Test
    default void takes_no_words_for_an_answer_where_the_budget_ended_it() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("", FinishReason.LENGTH)))) {
            assertInstanceOf(LlmReply.Answered.class, trial.ask(WHOLE));
        }
    }

    @Test
    default void takes_no_words_for_a_failure_where_nothing_explains_it() {
        try (var trial = trial(exchange -> exchange.say(wire().answer("", FinishReason.STOP)))) {
            assertEquals(Kind.EMPTY_REPLY, trial.failed(WHOLE).kind());
        }
    }

    @Test
    default void hands_on_the_wish_to_call_a_function() {
        var call = wire().toolCall("look_up", "{\"city\":\"Ulm\"}");
        assumeTrue(call.isPresent());
        try (var trial = trial(exchange -> exchange.say(call.get()))) {
            var wish = trial.answered(WHOLE).choices().getFirst().reply().toolCalls();
            assertEquals(
                    List.of("look_up"), wish.stream().map(one -> one.name()).toList());
            assertTrue(wish.getFirst().arguments().contains("Ulm"), wish::toString);
        }
    }

    @Test
    default void ends_with_tool_calls_where_a_function_is_to_be_called() {
        var call = wire().toolCall("look_up", "{}");
        assumeTrue(call.isPresent());
        try (var trial = trial(exchange -> exchange.say(call.get()))) {
            assertEquals(FinishReason.TOOL_CALLS, trial.answered(WHOLE).finishReason());
        }
    }

    @Test
    default void asks_with_the_words_of_every_turn() {
        try (var trial = answering()) {
            trial.ask(
                    WHOLE,
                    trial.call(
                            Message.system("words-of-the-system"),
                            Message.user("words-of-the-user"),
                            Message.assistant("words-of-the-model"),
                            Message.user("more-of-the-user")));
            trial.assertSent("words-of-the-system", "words-of-the-user", "words-of-the-model", "more-of-the-user");
        }
    }

    @Test
    default void asks_for_the_model_of_the_call() {
        try (var trial = answering()) {
            trial.ask(WHOLE, hello(trial, 1, new ModelId("another-model")));
            assertTrue((trial.request().head() + trial.request().body()).contains("another-model"));
        }
    }

    /// An id that goes into a URL must be escaped there, and must not lead elsewhere with the key.
    @Test
    default void asks_for_a_model_with_any_id_at_the_same_place() {
        String plain = target(Trial.MODEL).orElseThrow();
        for (String id : List.of("a^b", "a|b", "a{b}", "a#b", "a?b=c", "../a", "a/b", "..", "a%2Fb", "a\"b<c>\\d`")) {
            target(new ModelId(id)).ifPresent(target -> assertEquals(plain, target, id));
        }
    }

    /// Where a model is asked for, with `*` for its id; empty where the id is refused and nothing is sent.
    private Optional<String> target(ModelId model) {
        try (var trial = answering()) {
            LlmReply reply = trial.ask(WHOLE, hello(trial, 1, model));
            if (trial.server().exchanges().isEmpty()) {
                assertEquals(Kind.MODEL_UNAVAILABLE, Trial.failed(reply).kind());
                return Optional.empty();
            }
            URI target = URI.create(trial.request().head().split(" ", 3)[1]);
            String escaped = URLEncoder.encode(model.value(), StandardCharsets.UTF_8);
            return Optional.of(target.toString().replace(escaped, "*"));
        }
    }

    @Test
    default void asks_with_the_key_of_the_call() {
        try (var trial = answering()) {
            trial.ask(WHOLE, hello(trial, 2, Trial.MODEL));
            assertTrue(wire().showsKey(trial.request(), Trial.OTHER_SECRET));
        }
    }

    @Test
    default void shows_no_key_where_there_is_none() {
        assumeTrue(provider().defaults().keyless());
        try (var server = WireServer.start(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)));
                LlmPort port = Trial.open(this, server.baseUrl(), Trial.PATIENT, "");
                var trial = answering()) {
            Trial.answered(port.complete(trial.hello(LONG)));
            String head = server.exchanges().getFirst().head().toLowerCase(Locale.ROOT);
            assertFalse(head.contains("\nauthorization:"), head);
        }
    }

    @Test
    default void asks_for_many_at_once() throws Exception {
        var all = new CyclicBarrier(4);
        try (var trial = trial(exchange -> {
            all.await(LONG.toMillis() / 4, TimeUnit.MILLISECONDS);
            exchange.say(wire().answer("Hello", FinishReason.STOP));
        })) {
            var pending = Stream.generate(() -> trial.pending(WHOLE)).limit(4).toList();
            for (Trial.Pending one : pending) {
                Trial.answered(one.reply().get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    @Test
    default void lists_the_models() {
        var models = wire().models(List.of("model-a", "model-b"));
        assumeTrue(models.isPresent());
        try (var trial = trial(exchange -> exchange.say(models.get()))) {
            assertEquals(
                    new ModelsReply.Listed(List.of(new ModelId("model-a"), new ModelId("model-b"))),
                    trial.port().models(trial.slot(1), LONG));
        }
    }

    @Test
    default void lists_the_models_however_they_are_laid_out() {
        var models = wire().models(List.of("model-a"));
        assumeTrue(models.isPresent());
        Said laidOut = wire().laidOut(models.get());
        assumeFalse(laidOut.equals(models.get()));
        try (var trial = trial(exchange -> exchange.say(laidOut))) {
            assertEquals(
                    new ModelsReply.Listed(List.of(new ModelId("model-a"))),
                    trial.port().models(trial.slot(1), LONG));
        }
    }

    @Test
    default void asks_for_the_models_with_the_key_it_is_given() {
        var models = wire().models(List.of("model-a"));
        assumeTrue(models.isPresent());
        try (var trial = trial(exchange -> exchange.say(models.get()))) {
            trial.port().models(trial.slot(2), LONG);
            assertTrue(wire().showsKey(trial.request(), Trial.OTHER_SECRET));
        }
    }

    @Test
    default void lists_nothing_where_the_list_is_refused() {
        try (var trial = trial(exchange ->
                exchange.say(wire().failure(Kind.UNAVAILABLE, "broken").orElseThrow()))) {
            assertInstanceOf(ModelsReply.Failed.class, trial.port().models(trial.slot(1), LONG));
        }
    }

    private Trial answering() {
        return trial(exchange -> exchange.say(wire().answer("Hello", FinishReason.STOP)));
    }

    private static LlmCall hello(Trial trial, int place, ModelId model) {
        return new LlmCall(
                trial.target(place, model),
                Conversation.of(Message.user("Hello")),
                Sampling.DEFAULT,
                Extras.NONE,
                LONG);
    }

    static void assertCost(@Nullable TokenUsage usage) {
        assertNotNull(usage);
        assertEquals(Wire.PROMPT_TOKENS, usage.promptTokens());
        assertEquals(Wire.COMPLETION_TOKENS, usage.completionTokens());
    }
}
