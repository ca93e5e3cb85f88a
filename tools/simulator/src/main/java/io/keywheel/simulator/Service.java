package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.simulator.FaultBook.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Finds whom a request is for, remembers it, and has it answered.
final class Service {

    private static final String CHAT = "/chat/completions";
    private static final String MODELS = "/models";

    private final Scenario scenario;
    private final FaultBook faults;
    private final RequestLog journal;
    private final RequestHandler handler;
    private final Control control;
    private final AtomicLong numbers = new AtomicLong();

    Service(Scenario scenario, FaultBook faults, RequestLog journal) {
        this.scenario = scenario;
        this.faults = faults;
        this.journal = journal;
        this.handler = new RequestHandler(scenario);
        this.control = new Control(faults, journal);
    }

    List<Step> handle(HttpRequest request, long connection, Exchange exchange) {
        if (request.path().startsWith(Control.ROOT)) {
            return control.handle(request);
        }
        for (var provider : Provider.values()) {
            if (request.path().startsWith(provider.path() + "/")) {
                var path = request.path().substring(provider.path().length());
                var body = json(request.body());
                journal.add(
                        new Received(
                                scenario.clock.instant(),
                                connection,
                                provider,
                                request.bearer(),
                                request.method(),
                                path,
                                request.headers(),
                                body,
                                request.body(),
                                exchange.outcome()),
                        exchange);
                return route(new ProviderRequest(provider, path, request, body, stamp(body)));
            }
        }
        return Reply.text(404, "text/plain", Map.of(), "Nothing here. Try " + Provider.GROQ.path() + "\n");
    }

    private List<Step> route(ProviderRequest asked) {
        // Cloudflare, in front of both providers, asks every client for its name.
        if (asked.provider() != Provider.COMPATIBLE
                && asked.request().header("user-agent").isEmpty()) {
            return new KnownErrors(handler, asked).reply(KnownError.CLOUDFLARE_BLOCKED);
        }
        var path = asked.path();
        boolean chat = path.equals(CHAT);
        if (!chat && !path.equals(MODELS) && !path.startsWith(MODELS + "/")) {
            return handler.unknownPath(asked);
        }
        if (!asked.request().method().equals(chat ? "POST" : "GET")) {
            return handler.wrongMethod(asked);
        }
        var target = new Target(asked.provider(), asked.request().bearer(), !chat);
        Optional<Fault> fault = faults.take(target);
        var injector = new FaultInjector(handler, asked);
        return fault.isEmpty() ? injector.none() : injector.of(fault.get());
    }

    private Stamp stamp(JsonNode body) {
        return Stamp.of(
                scenario.seed, numbers.incrementAndGet(), body.path("model").asText(""), scenario.clock.instant());
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
