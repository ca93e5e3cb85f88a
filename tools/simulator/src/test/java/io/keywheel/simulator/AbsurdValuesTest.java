package io.keywheel.simulator;

import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.header;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AbsurdValuesTest extends SimulatorFixture {

    private static final int MEBIBYTE = 1 << 20;
    private static final int END = 100;

    @ParameterizedTest
    @CsvSource({"ENDLESS_RETRY_AFTER, 9223372036854775807", "NEGATIVE_RETRY_AFTER, -1"})
    void refusal_states_an_impossible_retry_after(AbsurdValue value, String seconds) {
        simulator.on(CEREBRAS).next(value);

        var reply = client.cerebras("");

        assertEquals(429, reply.statusCode());
        assertEquals(seconds, header(reply, "retry-after"));
    }

    @ParameterizedTest
    @CsvSource({
        "ENDLESS_RESET, 8000, 0, 9223372036854775807",
        "HUGE_LIMITS, 9223372036854775807, 9223372036854775807, 1",
        "SMALL_LIMITS, 8000, 8000, 0.75",
        "ZERO_LIMITS, 0, 0, 0",
        "NEGATIVE_LIMITS, -1, -9223372036854775808, -1",
        "NAN_LIMITS, NaN, NaN, NaN"
    })
    void answer_carries_impossible_rate_limit_headers(AbsurdValue value, String limit, String remaining, String reset) {
        simulator.on(GROQ).next(value);
        simulator.on(CEREBRAS).next(value);

        var groq = client.groq("");
        var cerebras = client.cerebras(STREAM);

        assertEquals(200, groq.statusCode());
        assertEquals(limit, header(groq, "x-ratelimit-limit-tokens"));
        assertEquals(remaining, header(cerebras, "x-ratelimit-remaining-tokens-minute"));
        assertEquals(reset + "s", header(groq, "x-ratelimit-reset-requests"));
        assertEquals(reset, header(cerebras, "x-ratelimit-reset-requests-day"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            HUGE_CHUNKS     | false | 100 | xxx"}
            HUGE_CHUNKS     | true  | 100 | data: [DONE]
            ENDLESS_CHOICES | false | 16  | ,{"index":1000000}]}
            ENDLESS_CHOICES | true  | 46  | data: {"choices":[{"index":1000000,"delta":{}}]}~~data: [DONE]
            """)
    void large_answer_has_its_size_and_its_end(AbsurdValue value, boolean stream, int mebibytes, String end)
            throws Exception {
        simulator.on(GROQ).next(value);
        var request = client.to(GROQ, "/chat/completions", Client.GROQ_KEY)
                .POST(BodyPublishers.ofString(ask(Client.GROQ_MODEL, "hello", stream ? STREAM : "")));
        int size = 0;
        String last = "";

        // Read by pieces: one text of the whole answer would take most of the memory.
        try (var body =
                client.http.send(request.build(), BodyHandlers.ofInputStream()).body()) {
            for (byte[] piece = body.readNBytes(MEBIBYTE); piece.length > 0; piece = body.readNBytes(MEBIBYTE)) {
                size += piece.length;
                int from = Math.max(0, piece.length - END);
                last += new String(piece, from, piece.length - from, StandardCharsets.UTF_8);
                last = last.substring(Math.max(0, last.length() - END));
            }
        }

        assertEquals(mebibytes, size / MEBIBYTE);
        assertTrue(last.strip().endsWith(end.replace('~', '\n')), last);
    }

    @Test
    void head_never_ends_within_64_mebibytes() {
        simulator.on(GROQ).next(AbsurdValue.ENDLESS_HEADERS);

        assertThrows(UncheckedIOException.class, () -> client.groq(""));
    }

    @Test
    void model_list_names_the_key_as_a_model() {
        simulator.on(GROQ).models().next(AbsurdValue.KEY_AS_MODEL);

        var models = json(client.get(GROQ, "/models", Client.GROQ_KEY).body()).path("data");

        assertTrue(models.findValuesAsText("id").contains(Client.GROQ_KEY), models.toString());
        assertTrue(models.findValuesAsText("id").contains(Client.GROQ_MODEL), models.toString());
    }
}
