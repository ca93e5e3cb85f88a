package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.simulator.FaultBook.Target;
import io.keywheel.simulator.ProviderRequest.State;
import io.keywheel.simulator.http.Exchange;
import io.keywheel.simulator.http.HttpRequest;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.quota.PromptCaches;
import io.keywheel.simulator.quota.Quotas;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.Mistake;
import io.keywheel.simulator.wire.Stamp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

final class Service {

    private final State state;
    private final FaultBook faults;
    private final RequestLog journal;
    private final AtomicLong numbers = new AtomicLong();

    Service(Scenario scenario, FaultBook faults, RequestLog journal) {
        this.state = new State(scenario, new Quotas(), new PromptCaches());
        this.faults = faults;
        this.journal = journal;
    }

    List<Step> handle(Exchange exchange) {
        HttpRequest request = exchange.request;
        if (request.path().startsWith(Control.ROOT)) {
            return new Control(faults, journal).handle(request);
        }
        for (var provider : Provider.values()) {
            if (request.path().startsWith(provider.path() + "/")) {
                var path = request.path().substring(provider.path().length());
                var body = json(request.body());
                var at = state.scenario().clock.instant();
                var model = body.path("model").asText("");
                var stamp = Stamp.of(state.scenario().seed, numbers.incrementAndGet(), model, at);
                var asked = new ProviderRequest(state, provider, path, exchange, body, stamp);
                journal.add(asked);
                return route(asked);
            }
        }
        return Reply.text(404, "text/plain", Map.of(), "Nothing here. Try " + Provider.GROQ.path() + "\n");
    }

    private List<Step> route(ProviderRequest asked) {
        var request = asked.request();
        // Cloudflare, in front of both providers, requires a `User-Agent`.
        if (asked.provider() != Provider.COMPATIBLE
                && request.header("user-agent").isEmpty()) {
            return KnownError.CLOUDFLARE_BLOCKED.reply(asked);
        }
        var path = asked.path();
        boolean chat = path.equals(ProviderRequest.CHAT);
        if (!chat && !path.equals(ProviderRequest.MODELS) && !path.startsWith(ProviderRequest.MODELS + "/")) {
            var url = asked.provider().path() + path;
            return asked.error(asked.dialect().error(Mistake.PATH, request.method(), url));
        }
        if (!request.method().equals(chat ? "POST" : "GET")) {
            return asked.error(asked.dialect().error(Mistake.METHOD));
        }
        return faults.take(new Target(asked.provider(), request.bearer(), !chat))
                .map(fault -> FaultyAnswer.of(fault, asked))
                .orElseGet(asked::normal);
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
