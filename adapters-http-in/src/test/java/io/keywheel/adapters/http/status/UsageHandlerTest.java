package io.keywheel.adapters.http.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Target;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `GET /api/usage` and `GET /api/requests`, after three chats of the client `with-a` and one of `with-b`.
class UsageHandlerTest {

    private static final String TOKEN = "Authorization: Bearer a";
    private static final ClientRule ALL = new ClientRule(Map.of(), List.of(), true);

    @AutoClose
    private final TestServer testServer = new TestServer(TestServer.Terms.USUAL.withTokens("a"));

    @BeforeEach
    void chat() {
        ended("r-1", "with-a", "json", new ModelId("big"), 200, Outcome.OK);
        ended("r-2", "with-a", "sse", new ModelId("=1+1;\"-2"), 200, Outcome.OK);
        ended("r-3", "with-a", "json", null, 429, new Outcome("client_limited"));
        ended("r-4", "with-b", "json", new ModelId("big"), 503, new Outcome("all_keys_failed"));
    }

    private void ended(String id, String client, String api, @Nullable ModelId model, int status, Outcome outcome) {
        List<EndedAttempt> trail = model == null
                ? List.of()
                : List.of(new EndedAttempt(
                        new Target(Samples.key(Samples.GROQ, 1), model, false),
                        outcome,
                        "",
                        Duration.ofMillis(3),
                        Duration.ofMillis(40)));
        boolean asked = model != null;
        testServer.usage.ended(new RequestRecord(
                id,
                client,
                api,
                true,
                new RequestRecord.Timing(Samples.NOW, Duration.ofMillis(50), asked ? Duration.ofMillis(20) : null),
                new RequestRecord.Ending(status, outcome, trail.size(), trail, asked),
                "auto",
                asked ? new TokenUsage(5, 7, 12, 4L, 3L, Extras.NONE) : TokenUsage.NONE));
    }

    private List<String> requests(String query) {
        return testServer
                .get("/api/requests" + query, TOKEN)
                .assertStatus(200)
                .json()
                .path("requests")
                .valueStream()
                .map(request -> request.path("id").asText())
                .toList();
    }

    @Test
    void client_sees_only_its_own_usage_unless_its_rule_has_see_all() {
        assertEquals(List.of("r-3", "r-2", "r-1"), requests(""));
        assertEquals(List.of(), requests("?client=with-b"));
        testServer
                .get("/api/usage?by=client,%20client", TOKEN)
                .assertHeader("X-Keywheel-Client", "with-a")
                .assertJson(200, """
                {"from": "2026-08-31", "to": "2026-11-28", "rows": [
                  {"client": "with-a", "requests": 3, "failures": 1, "input_tokens": 10, "output_tokens": 14,
                   "cached_tokens": 8, "reasoning_tokens": 6, "duration_ms": 150}]}""");
        testServer.rule = ALL;
        assertEquals(List.of("r-4", "r-3", "r-2", "r-1"), requests(""));
        var all = testServer.get("/api/usage?by=client", TOKEN).assertHeader("X-Keywheel-Client", "");
        assertEquals(2, all.json().path("rows").size());
    }

    @ParameterizedTest
    @CsvSource({"?from=2026-11-28, 2026-11-28", "?to=2026-11-28, 2026-08-31"})
    void usage_of_one_bound_has_all_dimensions(String query, String from) {
        var usage = testServer.get("/api/usage" + query, TOKEN).json();

        assertEquals(from, usage.path("from").textValue());
        assertEquals(3, usage.path("rows").size());
        assertEquals("2026-11-28", usage.at("/rows/0/day").textValue());
    }

    @Test
    void request_has_its_timing_tokens_and_attempts() {
        testServer.get("/api/requests?id=r-1", TOKEN).assertJson(200, """
                {"requests": [{"time": "2026-11-25T12:00:00.000Z", "id": "r-1", "client": "with-a", "api": "json",
                  "model": "big", "provider": "groq", "status": 200, "outcome": "ok", "attempts": 1,
                  "first_content_ms": 20, "duration_ms": 50, "input_tokens": 5, "output_tokens": 7,
                  "trail": [{"key": "groq/1", "model": "big", "outcome": "ok", "wait_ms": 3,
                             "duration_ms": 40}]}]}""");
        assertTrue(testServer
                .get("/api/requests?id=r-3", TOKEN)
                .json()
                .at("/requests/0/first_content_ms")
                .isNull());
    }

    @ParameterizedTest
    @CsvSource({
        "?outcome=ok, r-2 r-1",
        "?status=429, r-3",
        "?api=sse, r-2",
        "?model=big, r-4 r-1",
        "?client=with-a&outcome=ok, r-2 r-1",
        "?provider=none, ''",
        "?model=auto&status=429, r-3",
    })
    void query_parameters_filter_requests(String query, String found) {
        testServer.rule = ALL;
        assertEquals(found, String.join(" ", requests(query)));
    }

    @ParameterizedTest
    @CsvSource({
        "usage?from=yesterday, from must be a day",
        "usage?from=%2B10000-01-01, from must be a day",
        "usage?to=-0001-01-01, to must be a day",
        "usage?from=2026-12-02&to=2026-12-01, from must not be after to",
        "usage?by=clients, by must be some of",
        "usage?by=client&by=model, the query may have one by",
        "usage?form=2026-11-01, 'the query may have from, to, by'",
        "requests?limit=5, 'the query may have id, client, api,'",
    })
    void invalid_query_gets_400(String query, String message) {
        var refused = testServer.get("/api/" + query, TOKEN).assertError(400, "invalid_request");
        assertTrue(refused.text("/error").contains(message), refused.body());
    }

    /// A spreadsheet would run a value that starts like a formula, and many also separate values by semicolons.
    @Test
    void usage_is_available_as_csv_without_formulas() {
        ended("r-5", "with-a", "json", new ModelId("a,b"), 200, Outcome.OK);
        var csv = testServer
                .get("/api/usage?by=model&from=2020-01-01&to=2099-01-01", TOKEN, "Accept: text/csv")
                .assertHeader("Content-Type", "text/csv; charset=utf-8");
        assertEquals("""
                model,requests,failures,input_tokens,output_tokens,cached_tokens,reasoning_tokens,duration_ms\r
                ,1,1,0,0,0,0,50\r
                "'=1+1;'""-2",1,0,5,7,4,3,50\r
                "a,b",1,0,5,7,4,3,50\r
                big,1,0,5,7,4,3,50\r
                """, csv.body());
    }
}
