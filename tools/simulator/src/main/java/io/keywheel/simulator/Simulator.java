package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.simulator.ProviderRequest.State;
import io.keywheel.simulator.Scenario.Key;
import io.keywheel.simulator.http.Exchange;
import io.keywheel.simulator.http.Listener;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.quota.PromptCaches;
import io.keywheel.simulator.quota.Quotas;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.Stamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// A running simulator of all providers, in one server. Thread-safe.
///
/// ```java
/// try (var simulator = Simulator.start(Scenario.withSeed(7).key(GROQ, "gsk_one", "org-a"))) {
///     simulator.on(GROQ, "gsk_one").next(KnownError.RATE_LIMIT_REQUESTS);
///     … simulator.baseUrl(GROQ) …
///     simulator.requests();
/// }
/// ```
public final class Simulator implements AutoCloseable {

    static final String ANY_KEY = "";

    /// The bound of the log, so that a long-running simulator does not fill its memory.
    private static final int REMEMBERED = 20_000;

    private final State state;
    private final Random random;
    private final Map<Key, FaultTarget> faults = new ConcurrentHashMap<>();
    private final ArrayDeque<ProviderRequest> log = new ArrayDeque<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Listener listener;

    private Simulator(Scenario scenario) throws IOException {
        state = new State(scenario, new Quotas(), new PromptCaches());
        random = new Random(scenario.seed());
        listener = new Listener(scenario.address().host(), scenario.address().port(), this::handle);
    }

    /// Returns when the simulator listens.
    ///
    /// @throws UncheckedIOException if the address cannot be bound
    public static Simulator start(Scenario scenario) {
        try {
            return new Simulator(scenario);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The provider's base URL for clients, to which `/chat/completions` and `/models` are appended.
    public URI baseUrl(Provider provider) {
        var host = state.scenario().address().host();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.port() + provider.path());
    }

    public FaultTarget on(Provider provider) {
        return on(provider, ANY_KEY);
    }

    /// The fault target for the chats of one key, declared or not.
    public FaultTarget on(Provider provider, String key) {
        return faults.computeIfAbsent(new Key(provider, key), _ -> new FaultTarget(random));
    }

    /// Removes all planned faults.
    public void clearFaults() {
        faults.values().forEach(target -> {
            target.clear();
            target.models().clear();
        });
    }

    /// The latest 20 000 requests to providers, oldest first, with their current outcomes.
    public List<Received> requests() {
        synchronized (log) {
            return log.stream().map(ProviderRequest::received).toList();
        }
    }

    void clearRequests() {
        synchronized (log) {
            log.clear();
        }
    }

    public int connections() {
        return listener.connections();
    }

    /// Closes all connections immediately, and returns when all threads have ended.
    @Override
    public void close() {
        listener.close();
    }

    private List<Step> handle(Exchange exchange) {
        if (exchange.path.startsWith(Control.ROOT)) {
            return new Control(this).handle(exchange);
        }
        for (var provider : Provider.values()) {
            if (exchange.path.startsWith(provider.path() + "/")) {
                var body = json(exchange.body);
                var stamp = Stamp.of(
                        state.scenario().seed(),
                        numbers.incrementAndGet(),
                        body.path("model").asText(""),
                        state.scenario().clock().instant());
                var path = exchange.path.substring(provider.path().length());
                var asked = new ProviderRequest(state, provider, path, exchange, body, stamp);
                log(asked);
                return asked.refusal()
                        .orElseGet(() -> due(asked)
                                .map(fault -> FaultyAnswer.of(fault, asked))
                                .orElseGet(asked::normal));
            }
        }
        return Reply.text(404, "text/plain", Map.of(), "Nothing here. Try " + Provider.GROQ.path() + "\n");
    }

    private void log(ProviderRequest request) {
        synchronized (log) {
            if (log.size() == REMEMBERED) {
                log.removeFirst();
            }
            log.add(request);
        }
    }

    private Optional<Fault> due(ProviderRequest asked) {
        return Stream.of(asked.exchange().bearer(), ANY_KEY)
                .flatMap(key -> Stream.ofNullable(faults.get(new Key(asked.provider(), key))))
                .map(target -> asked.isChat() ? target : target.models())
                .flatMap(target -> target.take().stream())
                .findFirst();
    }

    private static JsonNode json(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
