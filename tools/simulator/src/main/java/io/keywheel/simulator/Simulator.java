package io.keywheel.simulator;

import io.keywheel.simulator.http.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

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

    private final Scenario scenario;
    private final Service service;
    private final Listener listener;

    private Simulator(Scenario scenario) throws IOException {
        this.scenario = scenario;
        this.service = new Service(scenario);
        this.listener = new Listener(scenario.address.host(), scenario.address.port(), service::handle);
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
        var host = scenario.address.host();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.port() + provider.path());
    }

    /// The fault target for all chats of a provider.
    public FaultTarget on(Provider provider) {
        return on(provider, Service.ANY_KEY);
    }

    /// The fault target for the chats of one key, declared or not.
    public FaultTarget on(Provider provider, String key) {
        return service.on(provider, key);
    }

    /// Removes all planned faults.
    public void clearFaults() {
        service.clearFaults();
    }

    /// The latest 20 000 requests, oldest first, with their current outcomes.
    public List<Received> requests() {
        return service.requests();
    }

    public int connections() {
        return listener.connections();
    }

    /// Closes all connections at once, and returns when all threads have ended.
    @Override
    public void close() {
        listener.close();
    }
}
