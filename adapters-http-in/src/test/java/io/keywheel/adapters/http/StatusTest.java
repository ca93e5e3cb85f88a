package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.KnownCooldown;
import io.keywheel.domain.status.PoolStatus.ModelStatus;
import io.keywheel.domain.status.PoolStatus.Phase;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTest {

    private static final String LIVE = RawClient.get("/health/live");
    private static final Tally UNUSED = new Tally(0, Map.of(), null);

    @AutoClose
    private final TestServer testServer = new TestServer();

    @ParameterizedTest
    @CsvSource({
        "/health, 2026-11-25T12:00:00Z, 'Wed, 25 Nov 2026 12:00:00 GMT'",
        "/nowhere, 2026-11-01T00:00:00.999Z, 'Sun, 01 Nov 2026 00:00:00 GMT'",
        "/<b>, 2028-02-29T23:59:59Z, 'Tue, 29 Feb 2028 23:59:59 GMT'",
    })
    void every_response_has_an_http_date_header(String path, Instant now, String date) {
        testServer.now = now;
        testServer.exchange(RawClient.get(path, "Connection: close")).assertHeader("Date", date);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/api/chat/stream"})
    void date_is_that_of_the_answer_not_of_the_request(String path) {
        testServer.chats.play((_, sink) -> {
            testServer.now = Samples.NOW.plusSeconds(5);
            Samples.begin(sink, "hi");
            return Samples.answer("hi");
        });

        testServer.post(path, Samples.HELLO).assertHeader("Date", "Wed, 25 Nov 2026 12:00:05 GMT");
    }

    @Test
    void start_page_names_version_and_providers() {
        testServer.get("/").assertJson(200, """
                {"name": "Keywheel", "version": "1.2.3", "providers": ["groq", "cerebras"],
                 "current_provider": "groq"}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/live", "/health/ready"})
    void health_and_start_page_do_not_query_the_full_status(String path) {
        testServer.get(path);

        assertEquals(0, testServer.asked.get());
    }

    @Test
    void health_lists_each_provider() {
        testServer.get("/health").assertJson(200, """
                {"status": "healthy", "provider_count": 2, "providers": [
                  {"id": "groq", "can_answer": true, "keys": 1, "ready_keys": 1},
                  {"id": "cerebras", "can_answer": true, "keys": 1, "ready_keys": 1}]}""");
    }

    @ParameterizedTest
    @CsvSource({"true, connected", "false, unavailable"})
    void health_reports_the_shared_state_connection(boolean connected, String word) {
        testServer.storeConnected = Optional.of(connected);

        assertEquals(word, testServer.get("/health").assertStatus(200).text("/shared_state"));
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, 200, healthy, ''",
        "false, true, 200, degraded, ''",
        "false, false, 503, unhealthy, unavailable",
    })
    void health_and_readiness_follow_the_providers(
            boolean groq, boolean cerebras, int status, String word, String code) {
        testServer.status = Pools.of(groq ? Pools.READY : Pools.COOLING, cerebras ? Pools.READY : Pools.COOLING);

        assertEquals(word, testServer.get("/health").assertStatus(status).text("/status"));
        assertEquals(code, testServer.get("/health/ready").assertStatus(status).text("/code"));
        testServer.get("/health/live").assertStatus(200);
    }

    @Test
    void readiness_returns_the_time_from_now_until_the_first_key_is_ready() {
        testServer.status = Pools.of(Pools.COOLING, Pools.COOLING);
        testServer.now = testServer.status.at().plusSeconds(10);

        testServer.get("/health/ready").assertStatus(503).assertHeader("Retry-After", "20");
    }

    @Test
    void is_healthy_and_ready_while_a_cooling_key_would_be_probed() {
        var cooling = Pools.provider(Samples.GROQ, Pools.COOLING, Pools.COOLING);
        testServer.status = Samples.status(
                new ProviderStatus(cooling.id(), cooling.defaultModel(), cooling.keys(), 1, cooling.moreModels()));

        testServer.get("/health").assertJson(200, """
                {"status": "healthy", "provider_count": 1, "providers": [
                  {"id": "groq", "can_answer": true, "keys": 2, "ready_keys": 1}]}""");
        testServer.get("/health/ready").assertStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/nowhere", "/console", "/api/events"})
    void answers_head_without_a_body(String path) {
        try (var client = testServer.raw()) {
            client.send(RawClient.head("HEAD " + path)).readUntil("\r\n\r\n");

            assertTrue(client.send(LIVE).readUntil("\r\n\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void head_of_api_keys_has_the_content_length_of_get() {
        try (var client = testServer.raw()) {
            String head = client.send(RawClient.head("HEAD /api/keys")).readUntil("\r\n\r\n");

            int length = testServer.get("/api/keys").body().length();
            assertTrue(head.contains("Content-Length: " + length + "\r\n"), head);
        }
    }

    @Test
    void api_keys_shows_state_and_quota_of_each_key() {
        var cooling = new KeyState.Cooling(
                Failure.Kind.RATE_LIMITED, true, Samples.NOW.minusSeconds(5), Samples.NOW.plusSeconds(30));
        var left = new RateLimitStatus(List.of(
                new RateLimitStatus.Bucket("tokens", 8000L, 12, Duration.ofMillis(1500), true),
                new RateLimitStatus.Bucket("requests-day", null, 0, null)));
        testServer.status = Samples.status(new ProviderStatus(
                Samples.GROQ,
                new ModelId("gpt-oss-120b"),
                List.of(
                        new KeyStatus(
                                Samples.key(Samples.GROQ, 1),
                                Pools.READY,
                                List.of(),
                                List.of(
                                        new ModelStatus(
                                                new ModelId("small"),
                                                cooling,
                                                left,
                                                Samples.NOW.minusSeconds(6),
                                                3,
                                                Samples.NOW.plusSeconds(1)),
                                        new ModelStatus(
                                                new ModelId("new"),
                                                Pools.READY,
                                                RateLimitStatus.UNKNOWN,
                                                null,
                                                1,
                                                null)),
                                new Tally(
                                        9,
                                        Map.of(Failure.Kind.TIMED_OUT, 1L, Failure.Kind.RATE_LIMITED, 2L),
                                        Samples.NOW)),
                        unused(2, new KeyState.Probing(Failure.Kind.RATE_LIMITED, Samples.NOW)),
                        unused(3, new KeyState.Retired(Samples.NOW, Samples.NOW.plusSeconds(60)))),
                1,
                7));

        assertEquals(TestServer.json("""
                        {"at": "2026-11-25T12:00:00.000Z", "providers": [{"id": "groq", "default_model": "gpt-oss-120b",
                         "keys": [
                          {"key": "groq/1", "fingerprint": "0badcaf1", "group": "#1", "state": "ready",
                           "attempts": 9, "failures": {"rate_limited": 2, "timed_out": 1},
                           "last_use": "2026-11-25T12:00:00.000Z", "known": [],
                           "models": [{"model": "small", "state": "cooling", "reason": "rate_limited", "foreseen": true,
                             "since": "2026-11-25T11:59:55.000Z", "until": "2026-11-25T12:00:30.000Z",
                             "pending": 3, "full_until": "2026-11-25T12:00:01.000Z",
                             "as_of": "2026-11-25T11:59:54.000Z",
                             "remaining": [
                               {"bucket": "tokens", "limit": 8000, "remaining": 12, "reset_seconds": 1.5, "continuous": true},
                               {"bucket": "requests-day", "limit": null, "remaining": 0, "reset_seconds": null, "continuous": false}]},
                            {"model": "new", "state": "ready", "pending": 1, "full_until": null, "as_of": null, "remaining": []}]},
                          {"key": "groq/2", "fingerprint": "0badcaf2", "group": "#2", "state": "cooling",
                           "reason": "rate_limited", "since": "2026-11-25T12:00:00.000Z", "on_trial": true,
                           "attempts": 0, "failures": {}, "last_use": null, "known": [], "models": []},
                          {"key": "groq/3", "fingerprint": "0badcaf3", "group": "#3", "state": "retired",
                           "reason": "key_refused", "since": "2026-11-25T12:00:00.000Z", "until": "2026-11-25T12:01:00.000Z",
                           "attempts": 0, "failures": {}, "last_use": null, "known": [], "models": []}],
                         "more_models": 7}]}"""), testServer.get("/api/keys").json());
    }

    @Test
    void times_have_milliseconds_and_cooldown_ends_round_up() {
        var since = Samples.NOW.plusNanos(1_999_999);
        var until = Samples.NOW.plusNanos(5_000_001);
        testServer.status = Pools.of(new KeyState.Cooling(Failure.Kind.RATE_LIMITED, false, since, until), Pools.READY);

        var key = testServer.get("/api/keys").json().at("/providers/0/keys/0");

        assertEquals("2026-11-25T12:00:00.001Z", key.get("since").textValue());
        assertEquals("2026-11-25T12:00:00.006Z", key.get("until").textValue());
    }

    @Test
    void api_keys_lists_cooldowns_of_each_scope() {
        var key = Samples.key(Samples.GROQ, 1);
        var big = new ModelId("big");
        testServer.status = Samples.status(new ProviderStatus(
                Samples.GROQ,
                big,
                List.of(new KeyStatus(
                        key,
                        Pools.READY,
                        List.of(
                                known(new Scope.OfKey(key.slot()), Failure.Kind.KEY_REFUSED, Phase.COOLING),
                                known(new Scope.OfGroup(key.group()), Failure.Kind.ACCOUNT_BLOCKED, Phase.ON_TRIAL),
                                known(
                                        new Scope.OfGroupModel(key.group(), big),
                                        Failure.Kind.RATE_LIMITED,
                                        Phase.TO_BE_TRIED),
                                known(new Scope.OfProvider(Samples.GROQ), Failure.Kind.UNAVAILABLE, Phase.COOLING),
                                known(new Scope.OfModel(Samples.GROQ, big), Failure.Kind.OVERLOADED, Phase.COOLING)),
                        List.of(),
                        UNUSED)),
                1,
                0));

        String rest =
                "\"foreseen\": false, \"since\": \"2026-11-25T11:59:59.000Z\", \"until\": \"2026-11-25T12:00:01.000Z\"";
        assertEquals(
                TestServer.json("""
                [{"scope": "key", "state": "cooling", "reason": "key_refused", …},
                 {"scope": "group", "state": "on_trial", "reason": "account_blocked", …},
                 {"scope": "group_and_model", "model": "big", "state": "to_be_tried", "reason": "rate_limited", …},
                 {"scope": "provider", "state": "cooling", "reason": "unavailable", …},
                 {"scope": "provider_and_model", "model": "big", "state": "cooling", "reason": "overloaded", …}]
                """.replace("…", rest)),
                testServer.get("/api/keys").json().at("/providers/0/keys/0/known"));
    }

    private static KeyStatus unused(int ordinal, KeyState state) {
        return new KeyStatus(Samples.key(Samples.GROQ, ordinal), state, List.of(), List.of(), UNUSED);
    }

    private static KnownCooldown known(Scope scope, Failure.Kind reason, Phase phase) {
        return new KnownCooldown(scope, reason, false, Samples.NOW.minusSeconds(1), Samples.NOW.plusSeconds(1), phase);
    }

    @Test
    void large_api_keys_page_is_sent_chunked() {
        var states = new KeyState[3_000];
        Arrays.fill(states, Pools.COOLING);
        testServer.status = Samples.status(Pools.provider(Samples.GROQ, states));
        try (var client = testServer.raw()) {
            String head = client.send(RawClient.get("/api/keys")).readUntil("\r\n\r\n");
            int first = Integer.parseInt(client.readUntil("\r\n").strip(), 16);

            assertTrue(head.contains("Transfer-Encoding: chunked\r\n"), head);
            assertTrue(first <= 16 * 1024, () -> first + " bytes in one write");
        }
        assertEquals(
                3_000,
                testServer.get("/api/keys").json().at("/providers/0/keys").size());
    }
}
