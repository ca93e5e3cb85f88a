package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.http.Exchange;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.wire.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Plans faults and lists requests over HTTP, for a simulator in a separate process.
record Control(Simulator simulator) {

    static final String ROOT = "/control/";
    private static final String FAULTS = ROOT + "faults";
    private static final String REQUESTS = ROOT + "requests";

    private static final List<String> FIELDS = List.of("provider", "key", "models", "fault", "times", "probability");

    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final Pattern JSON = Pattern.compile("application/json\\s*(;.*)?", Pattern.CASE_INSENSITIVE);

    /// Refuses requests from web pages, so that they cannot control a local simulator. A page cannot choose
    /// `Host` or omit `Origin`, and a browser sends a preflight request before JSON.
    List<Step> handle(Exchange request) {
        if (request.headers.containsKey("origin")) {
            return said(403, "error", "browsers may not send this request: it has an Origin header");
        }
        if (!LOOPBACK.matcher(request.header("host")).matches()) {
            return said(403, "error", "Host must be a loopback name, such as 127.0.0.1");
        }
        if (request.method.equals("POST")
                && !JSON.matcher(request.header("content-type")).matches()) {
            return said(415, "error", "Content-Type must be application/json");
        }
        return switch (request.method + " " + request.path) {
            case "POST " + FAULTS -> plan(request.body);
            case "DELETE " + FAULTS -> cleared(simulator::clearFaults);
            case "GET " + REQUESTS -> requests();
            case "DELETE " + REQUESTS -> cleared(simulator::clearRequests);
            default ->
                List.of(FAULTS, REQUESTS).contains(request.path)
                        ? said(405, "error", "POST plans a fault, GET lists the requests, DELETE forgets either")
                        : said(404, "error", "there are " + FAULTS + " and " + REQUESTS);
        };
    }

    private static List<Step> cleared(Runnable clear) {
        clear.run();
        return said(200, "status", "cleared");
    }

    private List<Step> requests() {
        var all = Json.array();
        simulator.requests().forEach(received -> all.add(json(received)));
        return Reply.json(200, Map.of(), all);
    }

    private static ObjectNode json(Received received) {
        return Json.object()
                .put("at", received.at().toString())
                .put("provider", received.provider().dialect.name)
                .put("key", received.key())
                .put("method", received.method())
                .put("path", received.path())
                .put("status", received.status())
                .put("body", received.text());
    }

    private List<Step> plan(String text) {
        try {
            var body = Json.MAPPER.readTree(text);
            body.fieldNames().forEachRemaining(field -> {
                if (!FIELDS.contains(field)) {
                    throw Values.unknown("field", field, FIELDS.stream());
                }
            });
            var fault = Fault.named(body.path("fault").asText());
            var target = target(body);
            if (body.has("probability")) {
                target.sometimes(body.path("probability").asDouble(-1), fault);
            } else {
                for (int i = Values.number(body.path("times").asText("1"), 1, 10_000); i > 0; i--) {
                    target.next(fault);
                }
            }
            return said(200, "status", "planned");
        } catch (JsonProcessingException _) {
            return said(400, "error", "the body is not JSON");
        } catch (IllegalArgumentException e) {
            return said(400, "error", String.valueOf(e.getMessage()));
        }
    }

    private FaultTarget target(JsonNode body) {
        var name = body.path("provider").asText();
        var provider = Arrays.stream(Provider.values())
                .filter(each -> each.dialect.name.equals(name))
                .findFirst()
                .orElseThrow(() -> Values.unknown(
                        "provider", name, Arrays.stream(Provider.values()).map(each -> each.dialect.name)));
        var target = simulator.on(provider, body.path("key").asText(Simulator.ANY_KEY));
        return body.path("models").asBoolean(false) ? target.models() : target;
    }

    private static List<Step> said(int status, String name, String value) {
        return Reply.json(status, Map.of(), Json.object().put(name, value));
    }
}
