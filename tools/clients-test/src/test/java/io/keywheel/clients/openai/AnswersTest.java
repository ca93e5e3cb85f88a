package io.keywheel.clients.openai;

import static io.keywheel.clients.World.CEREBRAS_MODEL;
import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.openai.Caller.question;
import static io.keywheel.clients.openai.Caller.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.openai.core.JsonValue;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionCreateParams.ServiceTier;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One gateway for all: nothing fails here.
@TestInstance(PER_CLASS)
final class AnswersTest {

    @AutoClose
    private final Caller caller = new Caller();

    @BeforeEach
    void forget() {
        caller.world.simulator().clearRequests();
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL, "auto"})
    void a_question_is_answered(String model) {
        var completion = caller.ask(model);
        assertTrue(text(completion).contains("You asked \"hello\""), text(completion));
        assertEquals(FinishReason.STOP, completion.choices().getFirst().finishReason());
        var usage = completion.usage().orElseThrow();
        assertEquals(usage.totalTokens(), usage.promptTokens() + usage.completionTokens());
    }

    @Test
    void what_only_groq_says_arrives() {
        var completion = caller.ask(GROQ_MODEL);
        var mark = String.valueOf(completion._allProperties().get("x_groq"));
        assertTrue(mark.contains("req_"), mark);
        assertEquals("on_demand", tier(completion));
        var usage = completion.usage().orElseThrow();
        assertEquals(JsonValue.from(0.005), usage._allProperties().get("queue_time"));
        assertTrue(completion.choices().getFirst().message()._allProperties().containsKey("reasoning"));
    }

    private static String tier(ChatCompletion completion) {
        return completion.serviceTier().orElseThrow().asString();
    }

    @Test
    void what_only_cerebras_says_arrives() {
        var completion = caller.ask(question(CEREBRAS_MODEL, "hello").serviceTier(ServiceTier.FLEX));
        assertTrue(completion._allProperties().containsKey("time_info"));
        assertEquals(ServiceTier.FLEX.asString(), tier(completion));
    }

    @Test
    void several_choices_arrive_with_their_logprobs() {
        var completion =
                caller.ask(question(LOCAL_MODEL, "hello").n(2).logprobs(true)).validate();
        assertEquals(2, completion.choices().size());
        for (var choice : completion.choices()) {
            var tokens = choice.logprobs().orElseThrow().content().orElseThrow();
            var joined = new StringBuilder();
            tokens.forEach(token -> joined.append(token.token()));
            assertEquals(choice.message().content().orElseThrow(), joined.toString());
        }
        assertTrue(completion.choices().get(1).message().content().orElseThrow().contains("choice 2"));
    }

    @Test
    void thoughts_of_a_compatible_provider_arrive_under_their_own_name() {
        var message = caller.ask("local/thinking-model").choices().getFirst().message();
        assertTrue(message._allProperties().containsKey("reasoning_content"));
    }

    @Test
    void numbers_arrive_upstream_as_they_were_written() {
        var body = question(LOCAL_MODEL, "hello")
                .putAdditionalBodyProperty("big", JsonValue.from(9_007_199_254_740_993L))
                .putAdditionalBodyProperty(
                        "price", JsonValue.fromJsonNode(DecimalNode.valueOf(new BigDecimal("1.10"))));
        caller.ask(body);
        var sent = caller.world.chat().text();
        for (var number : List.of("\"big\":9007199254740993", "\"price\":1.10")) {
            assertTrue(sent.contains(number), sent);
        }
    }

    @Test
    void numbers_of_the_answer_arrive_as_they_were_written() {
        var raw = caller.raw(question(LOCAL_MODEL, "hello").logprobs(true));
        assertTrue(raw.contains("-0.01005033585350144118"), raw);
    }

    @Test
    void the_models_are_listed_and_one_is_found() {
        var models = caller.client.models().list().data();
        var ids = models.stream().map(model -> model.id()).toList();
        assertTrue(ids.contains("auto"), ids.toString());
        var groq = models.stream()
                .filter(model -> model.id().endsWith(GROQ_MODEL))
                .findFirst()
                .orElseThrow();
        assertEquals("groq", groq.ownedBy());
        for (var id : List.of("auto", groq.id())) {
            assertEquals(id, caller.client.models().retrieve(id).validate().id());
        }
    }
}
