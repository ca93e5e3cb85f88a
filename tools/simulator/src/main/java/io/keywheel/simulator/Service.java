package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

final class Service {

    static final String ANY_KEY = "";

    /// The bound of the log, so that a long-running simulator does not fill its memory.
    private static final int REMEMBERED = 20_000;

    private record Place(Provider provider, String key) {}

    private final State state;
    private final Random random;
    private final Map<Place, FaultTarget> faults = new ConcurrentHashMap<>();
    private final ArrayDeque<ProviderRequest> log = new ArrayDeque<>();
    private final AtomicLong numbers = new AtomicLong();

    Service(Scenario scenario) {
        state = new State(scenario, new Quotas(), new PromptCaches());
        random = new Random(scenario.seed);
    }

    FaultTarget on(Provider provider, String key) {
        return faults.computeIfAbsent(new Place(provider, key), _ -> new FaultTarget(random));
    }

    void clearFaults() {
        faults.values().forEach(target -> {
            target.clear();
            target.models().clear();
        });
    }

    /// The latest requests to providers, oldest first, with their current outcomes.
    List<Received> requests() {
        synchronized (log) {
            return log.stream().map(ProviderRequest::received).toList();
        }
    }

    void clearRequests() {
        synchronized (log) {
            log.clear();
        }
    }

    private void log(ProviderRequest request) {
        synchronized (log) {
            if (log.size() == REMEMBERED) {
                log.removeFirst();
            }
            log.add(request);
        }
    }

    List<Step> handle(Exchange exchange) {
        HttpRequest request = exchange.request;
        if (request.path().startsWith(Control.ROOT)) {
            return new Control(this).handle(request);
        }
        for (var provider : Provider.values()) {
            if (request.path().startsWith(provider.path() + "/")) {
                var path = request.path().substring(provider.path().length());
                var body = json(request.body());
                var at = state.scenario().clock.instant();
                var model = body.path("model").asText("");
                var stamp = Stamp.of(state.scenario().seed, numbers.incrementAndGet(), model, at);
                var asked = new ProviderRequest(state, provider, path, exchange, body, stamp);
                log(asked);
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
        return Stream.of(request.bearer(), ANY_KEY)
                .flatMap(key -> Stream.ofNullable(faults.get(new Place(asked.provider(), key))))
                .map(target -> chat ? target : target.models())
                .flatMap(target -> target.take().stream())
                .findFirst()
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
