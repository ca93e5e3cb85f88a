package io.keywheel.simulator;

import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.data;
import static io.keywheel.simulator.Client.header;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultsTest extends SimulatorFixture {

    @Test
    void queued_faults_are_taken_one_by_one_and_permanent_ones_stay_until_cleared() {
        var target = simulator.on(GROQ, Client.GROQ_KEY).always(KnownError.INTERNAL_ERROR);
        simulator.on(GROQ, Client.GROQ_KEY).next(Fault.status(501), Fault.status(503));

        assertGroqAnswers(501, 503, 500, 500);
        target.clear();
        assertGroqAnswers(200);
    }

    @Test
    void fault_of_one_key_does_not_affect_other_keys() {
        simulator.on(GROQ, Client.GROQ_KEY).always(KnownError.INVALID_KEY);
        assertEquals(
                200, client.chat(GROQ, "gsk_two", ask(GROQ_MODEL, "hello", "")).statusCode());
        assertEquals(200, client.cerebras("").statusCode());
    }

    @Test
    void fault_of_a_key_takes_precedence_over_one_of_all_keys() {
        simulator.on(GROQ).next(Fault.status(500));
        simulator.on(GROQ, Client.GROQ_KEY).next(Fault.status(503));
        assertGroqAnswers(503, 500);
    }

    @Test
    void model_list_fault_does_not_affect_chats() {
        simulator.on(GROQ).models().always(Fault.status(500));
        assertEquals(500, client.get(GROQ, "/models", Client.GROQ_KEY).statusCode());
        assertGroqAnswers(200);
    }

    @Test
    void fault_probability_is_respected() {
        simulator.on(GROQ).sometimes(0.3, Fault.status(500));
        var faults = IntStream.range(0, 100)
                .filter(_ -> client.groq("").statusCode() == 500)
                .count();
        assertTrue(faults > 15 && faults < 45, "so many: " + faults);
    }

    @Test
    void rate_limit_fault_is_rounded_up_in_retry_after() {
        simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofMillis(4_770)));
        assertEquals("5", header(client.groq(""), "retry-after"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-head", "after-head", "after-tokens:1"})
    void cut_answer_throws_in_the_http_client(String moment) {
        simulator.on(GROQ).always(Fault.named("cut:" + moment));
        assertThrows(UncheckedIOException.class, () -> client.groq(""));
        assertThrows(UncheckedIOException.class, () -> client.groq(STREAM));
    }

    @Test
    void redirect_points_to_another_provider() {
        simulator.on(GROQ).next(ProtocolAnomaly.REDIRECT);
        var reply = client.groq("");
        assertEquals(307, reply.statusCode());
        assertEquals("/compatible/v1/chat/completions", header(reply, "location"));
    }

    @Test
    void delay_faults_still_answer() {
        simulator.on(GROQ).next(Fault.named("late:60ms"), Fault.named("slow:3ms"), Fault.named("drip:1ms"));
        long start = System.nanoTime();
        assertGroqAnswers(200);
        assertTrue(System.nanoTime() - start >= 60_000_000L);
        assertEquals("[DONE]", data(client.groq(STREAM).body()).getLast());
        assertFalse(json(client.groq("").body()).isMissingNode());
    }

    @Test
    void fault_names_are_parsed_and_unknown_ones_rejected() {
        for (var name : Fault.alone()) {
            assertTrue(Fault.named(name) instanceof Enum<?>);
        }
        assertEquals(new Fault.Cut(Moment.afterTokens(3)), Fault.named("cut:after-tokens:3"));
        assertEquals(new Fault.RateLimited(Duration.ofMinutes(2)), Fault.named("rate-limited:2m"));
        for (var wrong : new String[] {"", "nope", "status:9", "hang:now", "late:2", "cut:after-tokens:0"}) {
            assertThrows(IllegalArgumentException.class, () -> Fault.named(wrong));
        }
    }
}
