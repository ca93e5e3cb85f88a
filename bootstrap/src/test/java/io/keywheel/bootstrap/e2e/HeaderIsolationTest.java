package io.keywheel.bootstrap.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Checks that the gateway forwards no headers in either direction.
class HeaderIsolationTest {

    private static final String TOKEN = "client-canary";
    private static final String CHAT = World.hello("\"model\": \"mine/any\", ");
    private static final String ANSWER = "{\"choices\": [{\"index\": 0, \"finish_reason\": \"stop\","
            + " \"message\": {\"role\": \"assistant\", \"content\": \"Hi\"}}]}";

    private static final String OF_CLIENTS = "Cookie,Proxy-Authorization,X-Api-Key,Api-Key,X-Forwarded-For,"
            + "X-Forwarded-Host,X-Real-IP,Forwarded,Via,Origin,Referer,User-Agent,OpenAI-Organization,traceparent";
    private static final String[] OF_PROVIDERS = {
        "Set-Cookie: session=canary; Path=/",
        "Set-Cookie2: canary",
        "Access-Control-Allow-Origin: *",
        "Server: canary",
        "Location: https://canary.test/",
        "Refresh: 0; url=https://canary.test/",
        "WWW-Authenticate: Basic realm=canary",
        "Clear-Site-Data: \"*\"",
        "X-Keywheel-Key: canary",
        "X-Request-Id: canary",
        "Alt-Svc: h3=\"canary.test:443\"",
    };
    private static final Set<String> SENT = Set.of(
            "authorization", "accept", "accept-encoding", "content-type", "content-length", "host", "user-agent");

    private volatile int status;

    @AutoClose
    private final WireServer upstream = WireServer.start(exchange -> exchange.json(status, ANSWER, OF_PROVIDERS));

    @AutoClose
    private final World world = World.over(upstream, "KEYWHEEL_ACCESS_TOKENS=" + TOKEN, "MINE_API_KEYS=key-of-mine");

    @ParameterizedTest
    @CsvSource({
        "/api/chat, 200",
        "/api/chat, 302",
        "/api/chat, 503",
        "/v1/chat/completions, 400",
    })
    void no_headers_are_forwarded(String path, int status) {
        this.status = status;

        HttpResponse<String> response = chat(path);

        assertEquals(status == 302 ? 503 : status, response.statusCode(), response::body);
        String down = response.headers().map().toString().toLowerCase(Locale.ROOT);
        for (String foreign : List.of("canary", "cookie", "access-control", "server", "location", "clear-site")) {
            assertFalse(down.contains(foreign), down);
        }
        String sent = upstream.exchanges().stream()
                .map(WireExchange::head)
                .filter(head -> head.startsWith("POST"))
                .findFirst()
                .orElseThrow();
        List<String> up = sent.lines().skip(1).toList();
        for (String line : up) {
            String name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            assertTrue(line.isEmpty() || SENT.contains(name), line);
            assertFalse(line.contains("canary"), line);
        }
        assertTrue(up.contains("Authorization: Bearer key-of-mine"), up::toString);
    }

    /// So a gateway in a loop can refuse it.
    @Test
    void user_agent_names_each_gateway_that_the_request_has_passed() {
        status = 200;

        world.send(
                world.request("/v1/chat/completions", CHAT),
                "Authorization",
                "Bearer " + TOKEN,
                "User-Agent",
                "Keywheel/0.1.0 Keywheel/0.1.0");

        String sent = upstream.exchanges().getLast().head();
        assertTrue(sent.contains("User-Agent: Keywheel/0.1.0 Keywheel/0.1.0 Keywheel/0.1.0\r\n"), sent);
    }

    private HttpResponse<String> chat(String path) {
        var headers = new ArrayList<>(
                List.of("Authorization", "Bearer " + TOKEN, "X-Request-Id", "r-1", "Sec-Fetch-Site", "same-origin"));
        for (String name : OF_CLIENTS.split(",", -1)) {
            headers.addAll(List.of(name, "canary-of-" + name));
        }
        return world.send(world.request(path, CHAT), headers.toArray(String[]::new));
    }
}
