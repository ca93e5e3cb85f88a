package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks that the gateway forwards no headers in either direction.
@Timeout(120)
class HeaderIsolationTest {

    private static final String TOKEN = "client-canary";
    private static final String CHAT = World.hello("\"model\": \"mine/any\", ");
    private static final String ANSWER = "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\","
            + " \"message\": {\"role\": \"assistant\", \"content\": \"Hi\"}}]}";

    private static final String OF_CLIENTS = "Cookie,Proxy-Authorization,X-Api-Key,Api-Key,X-Forwarded-For,"
            + "X-Forwarded-Host,X-Real-IP,Forwarded,Via,Origin,Referer,User-Agent,OpenAI-Organization,traceparent,"
            + "X-Request-Id";

    private final Upstream upstream = new Upstream();
    private final World world = new World(
            "KEYWHEEL_ACCESS_TOKENS=" + TOKEN,
            "KEYWHEEL_PROVIDERS=mine",
            "MINE_BASE_URL=" + upstream.baseUrl(),
            "MINE_API_KEYS=key-of-mine",
            "MINE_DEFAULT_MODEL=any");

    @AfterEach
    void close() {
        world.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/v1/chat/completions"})
    void client_headers_are_not_forwarded_to_the_provider(String path) {
        upstream.answersWith("HTTP/1.1 200 OK\nContent-Type: application/json", ANSWER);

        chat(path, OF_CLIENTS.split(",", -1));

        List<String> up = upstream.heads().getFirst().lines().skip(1).toList();
        Set<String> known = Set.of("authorization", "accept", "content-type", "content-length", "host", "user-agent");
        for (String line : up) {
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            assertTrue(line.isEmpty() || known.contains(name), line);
            assertFalse(line.contains("canary"), line);
        }
        assertTrue(up.contains("Authorization: Bearer key-of-mine"), up::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/chat, 200",
        "/api/chat, 302",
        "/api/chat, 503",
        "/v1/chat/completions, 400",
    })
    void provider_headers_are_not_forwarded_to_the_client(String path, int status) {
        upstream.answersWith("""
                HTTP/1.1 %d Whatever
                Content-Type: application/json
                Set-Cookie: session=canary; Path=/
                Set-Cookie2: canary
                Access-Control-Allow-Origin: *
                Server: canary
                Location: https://canary.test/
                Refresh: 0; url=https://canary.test/
                WWW-Authenticate: Basic realm=canary
                Clear-Site-Data: "*"
                X-Keywheel-Key: canary
                X-Request-Id: canary
                Alt-Svc: h3="canary.test:443"
                """.formatted(status), ANSWER);

        HttpResponse<String> response = chat(path);

        assertEquals(status == 302 ? 503 : status, response.statusCode(), response::body);
        String headers = response.headers().map().toString().toLowerCase(Locale.ROOT);
        for (String foreign : List.of("canary", "cookie", "access-control", "server", "location", "clear-site")) {
            assertFalse(headers.contains(foreign), headers);
        }
    }

    private HttpResponse<String> chat(String path, String... names) {
        var headers = new ArrayList<>(List.of("Authorization", "Bearer " + TOKEN, "Sec-Fetch-Site", "same-origin"));
        for (String name : names) {
            headers.addAll(List.of(name, "canary-of-" + name));
        }
        return world.send(world.request(path, CHAT), headers.toArray(String[]::new));
    }
}
