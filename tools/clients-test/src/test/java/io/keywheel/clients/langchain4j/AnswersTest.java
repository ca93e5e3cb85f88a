package io.keywheel.clients.langchain4j;

import static io.keywheel.clients.World.CEREBRAS_MODEL;
import static io.keywheel.clients.World.GROQ_MODEL;
import static io.keywheel.clients.World.LOCAL_MODEL;
import static io.keywheel.clients.langchain4j.Caller.metadata;
import static io.keywheel.clients.langchain4j.Caller.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.output.FinishReason;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
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
        var response = caller.ask(model);
        assertTrue(response.aiMessage().text().contains("You asked \"hello\""), response.toString());
        assertEquals(FinishReason.STOP, response.finishReason());
        assertTrue(response.tokenUsage().totalTokenCount() > 0);
    }

    @Test
    void a_conversation_is_sent_whole() {
        var first = caller.ask(CEREBRAS_MODEL).aiMessage();
        var response = caller.model(CEREBRAS_MODEL)
                .build()
                .chat(question(
                        SystemMessage.from("Be brief."),
                        UserMessage.from("hello"),
                        first,
                        UserMessage.from("and now?")));
        assertTrue(response.aiMessage().text().contains("\"and now?\" (message 4"), response.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL, "auto"})
    void an_answer_arrives_in_pieces_and_ends(String model) {
        var heard = caller.stream(model, question());
        var response = heard.response();
        assertEquals(response.aiMessage().text(), heard.text());
        assertTrue(heard.text().endsWith("You asked \"hello\" (message 1 of this conversation)."), heard.text());
        assertTrue(heard.words.size() > 3);
        assertEquals(FinishReason.STOP, response.finishReason());
    }

    @ParameterizedTest
    @ValueSource(strings = {GROQ_MODEL, CEREBRAS_MODEL, LOCAL_MODEL})
    void a_stream_is_counted_once(String model) {
        var response = caller.stream(model, question()).response();
        assertTrue(response.tokenUsage().totalTokenCount() > 0);
        assertEquals(
                1,
                metadata(response).rawServerSentEvents().stream()
                        .filter(event -> json(event.data()).path("usage").isObject())
                        .count());
    }

    private static JsonNode json(String data) {
        try {
            return new JsonMapper().readTree(data);
        } catch (JsonProcessingException _) {
            // [DONE]
            return MissingNode.getInstance();
        }
    }

    @Test
    void what_only_one_provider_says_arrives() {
        var groq = caller.ask(GROQ_MODEL);
        assertEquals("on_demand", metadata(groq).serviceTier());
        var body = metadata(groq).rawHttpResponse().body();
        assertTrue(body.contains("\"x_groq\":{") && body.contains("\"queue_time\":0.005"), body);
        var cerebras = metadata(caller.ask(CEREBRAS_MODEL)).rawHttpResponse().body();
        assertTrue(cerebras.contains("\"time_info\":{"), cerebras);
    }

    @Test
    void logprobs_arrive_with_every_token() {
        var response = caller.model(LOCAL_MODEL).logprobs(true).build().chat(question());
        var joined = new StringBuilder();
        metadata(response).logProbs().forEach(each -> joined.append(each.token()));
        assertEquals(response.aiMessage().text(), joined.toString());
    }

    @Test
    void thoughts_of_a_compatible_provider_arrive() {
        var response = caller.model("local/thinking-model")
                .returnThinking(true)
                .build()
                .chat(question());
        assertFalse(response.aiMessage().thinking().isEmpty());
        var heard = caller.stream("local/thinking-model", question());
        assertEquals(
                response.aiMessage().thinking(), heard.response().aiMessage().thinking());
        assertTrue(heard.thoughts.size() > 1);
    }

    @Test
    void numbers_arrive_upstream_as_they_were_written() {
        caller.model(LOCAL_MODEL)
                .customParameters(Map.of("big", 9_007_199_254_740_993L, "price", new BigDecimal("1.10")))
                .build()
                .chat(question());
        var sent = caller.world.chat().text();
        for (var number : List.of("\"big\":9007199254740993", "\"price\":1.10")) {
            assertTrue(sent.replaceAll("\\s", "").contains(number), sent);
        }
    }
}
