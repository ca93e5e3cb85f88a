package io.keywheel.simulator;

import static io.keywheel.simulator.Client.CEREBRAS_MODEL;
import static io.keywheel.simulator.Client.GROQ_MODEL;
import static io.keywheel.simulator.Client.ask;
import static io.keywheel.simulator.Client.data;
import static io.keywheel.simulator.Client.json;
import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultsTest {

    private static final String STREAM = ",\"stream\":true";

    private final Simulator simulator = Simulator.start(Scenario.withSeed(7)
            .key(GROQ, "gsk_one", "org_a")
            .key(GROQ, "gsk_two", "org_b")
            .key(CEREBRAS, "csk-one", "org_c"));
    private final Client client = new Client(simulator);

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private HttpResponse<String> groq(String more) {
        return client.chat(GROQ, "gsk_one", ask(GROQ_MODEL, "hello", more));
    }

    private HttpResponse<String> cerebras(String more) {
        return client.chat(CEREBRAS, "csk-one", ask(CEREBRAS_MODEL, "hello", more));
    }

    @Test
    void queued_faults_are_taken_one_by_one() {
        simulator.on(GROQ).next(Fault.status(500), Fault.status(503));
        assertEquals(500, groq("").statusCode());
        assertEquals(503, groq("").statusCode());
        assertEquals(200, groq("").statusCode());
    }

    @Test
    void a_standing_fault_stays_until_it_is_cleared() {
        var aim = simulator.on(GROQ, "gsk_one").always(KnownError.INTERNAL_ERROR);
        assertEquals(500, groq("").statusCode());
        assertEquals(500, groq("").statusCode());
        aim.clear();
        assertEquals(200, groq("").statusCode());
    }

    @Test
    void a_fault_of_one_key_spares_the_others() {
        simulator.on(GROQ, "gsk_one").always(KnownError.INVALID_KEY);
        assertEquals(
                200, client.chat(GROQ, "gsk_two", ask(GROQ_MODEL, "hello", "")).statusCode());
        assertEquals(200, cerebras("").statusCode());
    }

    @Test
    void a_fault_of_a_key_goes_before_one_of_all_keys() {
        simulator.on(GROQ).next(Fault.status(500));
        simulator.on(GROQ, "gsk_one").next(Fault.status(503));
        assertEquals(503, groq("").statusCode());
        assertEquals(500, groq("").statusCode());
    }

    @Test
    void chats_and_model_lists_fail_apart() {
        simulator.on(GROQ).models().always(Fault.status(500));
        assertEquals(500, client.get(GROQ, "/models", "gsk_one").statusCode());
        assertEquals(200, groq("").statusCode());
    }

    @Test
    void chance_follows_the_seed() {
        simulator.on(GROQ).sometimes(0.3, Fault.status(500));
        var faults = IntStream.range(0, 100)
                .filter(_ -> groq("").statusCode() == 500)
                .count();
        assertTrue(faults > 15 && faults < 45, "so many: " + faults);
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMIT_REQUESTS, 429, rate_limit_exceeded",
        "RATE_LIMIT_TOKENS, 429, rate_limit_exceeded",
        "CAPACITY_EXCEEDED, 498, capacity_exceeded",
        "ORGANIZATION_RESTRICTED, 400, organization_restricted",
        "BLOCKED_API_ACCESS, 400, blocked_api_access",
        "MODEL_BLOCKED, 403, model_permission_blocked_org",
        "NETWORK_SETTINGS, 403, ''",
        "MODEL_DECOMMISSIONED, 400, model_decommissioned",
        "REQUEST_TOO_LARGE, 413, rate_limit_exceeded",
        "CONTEXT_LENGTH_EXCEEDED, 400, context_length_exceeded",
        "PROPERTY_UNSUPPORTED, 400, ''",
        "TOOL_USE_FAILED, 400, tool_use_failed"
    })
    void groq_reports_each_trouble_with_its_status_and_code(KnownError error, int status, String code) {
        simulator.on(GROQ).next(error);
        var reply = groq("");
        assertEquals(status, reply.statusCode());
        assertEquals(code, json(reply.body()).at("/error/code").asText(""));
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMIT_REQUESTS, 429, request_quota_exceeded",
        "RATE_LIMIT_TOKENS, 429, token_quota_exceeded",
        "QUEUE_EXCEEDED, 429, queue_exceeded",
        "PAYMENT_REQUIRED, 402, payment_required",
        "CONTEXT_LENGTH_EXCEEDED, 400, context_length_exceeded",
        "MODEL_NOT_FOUND, 404, model_not_found"
    })
    void cerebras_reports_each_trouble_with_its_status_and_code(KnownError error, int status, String code) {
        simulator.on(CEREBRAS).next(error);
        var reply = cerebras("");
        assertEquals(status, reply.statusCode());
        assertEquals(code, json(reply.body()).path("code").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "CLOUDFLARE_BLOCKED, 403, text/html",
        "BAD_GATEWAY, 502, text/html",
        "INTERNAL_ERROR_TEXT, 500, text/plain",
        "OVERLOADED_TEXT, 503, text/plain"
    })
    void what_stands_in_front_does_not_speak_json(KnownError error, int status, String type) {
        simulator.on(CEREBRAS).next(error);
        var reply = cerebras("");
        assertEquals(status, reply.statusCode());
        assertTrue(reply.headers().firstValue("content-type").orElse("").startsWith(type));
    }

    @Test
    void a_rate_limit_takes_the_time_it_is_given() {
        simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofMillis(4_770)));
        var reply = groq("");
        assertEquals("5", reply.headers().firstValue("retry-after").orElseThrow());
        assertTrue(reply.body().contains("organization `org_a`"));
        assertTrue(reply.body().contains("Please try again in 4.77s."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-head", "after-head", "after-tokens:1"})
    void a_cut_answer_is_an_error_to_an_http_client(String moment) {
        simulator.on(GROQ).always(Fault.named("cut:" + moment));
        assertThrows(UncheckedIOException.class, () -> groq(""));
        assertThrows(UncheckedIOException.class, () -> groq(STREAM));
    }

    @Test
    void empty_answers_end_with_stop_and_spent_budgets_with_length() {
        simulator.on(GROQ).next(Oddity.EMPTY_TEXT, Oddity.EMPTY_BY_LENGTH);
        var empty = json(groq("").body()).at("/choices/0");
        assertEquals("", empty.at("/message/content").asText("none"));
        assertEquals("stop", empty.path("finish_reason").asText());
        var spent = json(groq("").body()).at("/choices/0");
        assertEquals("length", spent.path("finish_reason").asText());
        assertFalse(spent.at("/message/reasoning").asText().isEmpty());
    }

    @Test
    void a_stream_can_be_done_at_once_or_not_there_at_all() {
        simulator.on(GROQ).next(Oddity.ONLY_DONE, Oddity.NOTHING);
        assertEquals("data: [DONE]\n\n", groq(STREAM).body());
        var nothing = groq(STREAM);
        assertEquals(200, nothing.statusCode());
        assertEquals("", nothing.body());
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_JSON", "TRUNCATED_JSON", "BROKEN_EVENT"})
    void garbage_comes_in_an_intact_reply(Oddity oddity) {
        simulator.on(GROQ).next(oddity, oddity);
        var whole = groq("");
        assertEquals(200, whole.statusCode());
        assertThrows(AssertionError.class, () -> json(whole.body()));
        var stream = groq(STREAM);
        assertEquals(200, stream.statusCode());
        assertThrows(
                AssertionError.class,
                () -> data(stream.body()).stream()
                        .filter(data -> !data.equals("[DONE]"))
                        .forEach(Client::json));
    }

    @Test
    void a_stream_can_fail_in_each_providers_way() {
        simulator.on(GROQ).next(new Fault.StreamError(0));
        simulator.on(CEREBRAS).next(new Fault.StreamError(2));
        var groq = groq(STREAM).body();
        assertEquals(2, data(groq).size());
        assertTrue(groq.contains("event: error\ndata: {\"error\":{"));
        assertEquals(500, json(data(groq).getLast()).at("/error/status_code").asInt());
        var cerebras = data(cerebras(STREAM).body());
        assertEquals(4, cerebras.size());
        assertEquals(500, json(cerebras.getLast()).path("status_code").asInt());
        assertTrue(json(cerebras.getLast()).path("error").has("message"));
    }

    @Test
    void a_stream_can_miss_its_done() {
        simulator.on(GROQ).next(Oddity.NO_DONE);
        var data = data(groq(STREAM).body());
        assertEquals("stop", json(data.getLast()).at("/choices/0/finish_reason").asText());
    }

    @Test
    void an_error_can_repeat_the_key() {
        simulator.on(GROQ).next(Oddity.ECHO_KEY);
        assertTrue(groq("").body().contains("Bearer gsk_one"));
    }

    @Test
    void a_redirect_names_another_provider() {
        simulator.on(GROQ).next(Oddity.REDIRECT);
        var reply = groq("");
        assertEquals(307, reply.statusCode());
        assertEquals(
                "/compatible/v1/chat/completions",
                reply.headers().firstValue("location").orElseThrow());
    }

    @Test
    void faults_can_take_their_time() {
        simulator.on(GROQ).next(Fault.named("late:60ms"), Fault.named("slow:3ms"), Fault.named("drip:1ms"));
        long start = System.nanoTime();
        assertEquals(200, groq("").statusCode());
        assertTrue(System.nanoTime() - start >= 60_000_000L);
        assertEquals("[DONE]", data(groq(STREAM).body()).getLast());
        assertFalse(json(groq("").body()).isMissingNode());
    }

    @Test
    void every_name_is_understood_and_others_are_not() {
        for (var name : FaultNames.plain()) {
            assertTrue(Fault.named(name) instanceof Enum<?>);
        }
        assertEquals(new Fault.Cut(Moment.afterTokens(3)), Fault.named("cut:after-tokens:3"));
        assertEquals(new Fault.RateLimited(Duration.ofMinutes(2)), Fault.named("rate-limited:2m"));
        for (var wrong : new String[] {"", "nope", "status:9", "hang:now", "late:2", "cut:after-tokens:0"}) {
            assertThrows(IllegalArgumentException.class, () -> Fault.named(wrong));
        }
    }
}
