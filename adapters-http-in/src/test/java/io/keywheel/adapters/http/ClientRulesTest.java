package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.domain.client.Admission;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.Reservation.LimitState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client sees of its rule. [io.keywheel.adapters.http.errors.ErrorFormatsTest] covers the refusals.
class ClientRulesTest {

    private static final Map<ClientLimit, LimitState> LIMITS = Map.of(
            ClientLimit.REQUESTS_PER_MINUTE, new LimitState(2, 1, Duration.ofMillis(58_001)),
            ClientLimit.TOKENS_PER_MINUTE, new LimitState(300, 250, Duration.ZERO));

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static void assertLimits(Response response) {
        response.assertHeader("X-RateLimit-Limit-Requests", "2")
                .assertHeader("X-RateLimit-Remaining-Requests", "1")
                .assertHeader("X-RateLimit-Reset-Requests", "59")
                .assertHeader("X-RateLimit-Limit-Tokens", "300")
                .assertHeader("X-RateLimit-Remaining-Tokens", "250")
                .assertHeader("X-RateLimit-Reset-Tokens", "0");
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, false", "/api/chat/stream, false", "/v1/messages, true", "/v1/responses, false"})
    void answers_and_refusals_have_the_state_of_the_clients_limits(String path, boolean stream) {
        String fields = path.startsWith("/v1") ? "\"input\":\"a\",\"max_tokens\":9,\"stream\":" + stream + "," : "";
        String body = "{" + fields + Samples.HELLO.substring(1);
        testServer.chats.play((command, sink) -> {
            command.usageSink().admitted(LIMITS);
            return Samples.stream(sink, "Hi");
        });
        assertLimits(testServer.post(path, body).assertStatus(200));
        testServer.chats.play((command, _) -> {
            command.usageSink().refused(LIMITS);
            var limited =
                    new Admission.Limited(ClientLimit.REQUESTS_PER_MINUTE, 2, 0, Duration.ofMillis(58_001), Map.of());
            throw ClientRefusedException.of("a", limited, 9);
        });
        var refused = testServer.post(path, body).assertStatus(429).assertHeader("Retry-After", "59");
        assertLimits(refused);
    }

    @Test
    void model_list_omits_models_forbidden_by_the_clients_rule() {
        testServer.rule = new ClientRule(Map.of(), List.of("auto", "groq/*"), false);
        assertEquals(
                List.of("auto", "openai/gpt-oss-120b", "groq/compound", "both"),
                testServer.get("/v1/models").json().path("data").findValuesAsText("id"));
        testServer.get("/v1/models/gpt-oss-120b").assertError(403, "model_not_allowed");
        var unknown = testServer.get("/v1/models/groq/none").assertError(404, "model_not_found");
        assertEquals(-1, unknown.body().indexOf("did you mean"), unknown::body);
    }
}
