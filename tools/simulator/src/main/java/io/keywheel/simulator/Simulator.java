package io.keywheel.simulator;

import io.keywheel.simulator.FaultBook.Target;
import io.keywheel.simulator.http.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/// A running stand-in for the providers, one server for all of them. Safe for use by several threads.
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
    private final FaultBook faults;
    private final RequestLog journal = new RequestLog();
    private final Listener listener;

    private Simulator(Scenario scenario) throws IOException {
        this.scenario = scenario;
        this.faults = new FaultBook(scenario.seed);
        var service = new Service(scenario, faults, journal);
        this.listener = new Listener(scenario.address.host(), scenario.address.port(), service::handle);
    }

    /// Listens when this returns.
    ///
    /// @throws UncheckedIOException when the address cannot be listened on
    public static Simulator start(Scenario scenario) {
        try {
            return new Simulator(scenario);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a client is to be given as the provider's root; `/chat/completions` and `/models` follow.
    public URI baseUrl(Provider provider) {
        var host = scenario.address.host();
        return URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.port() + provider.path());
    }

    /// The chats of a provider, whatever the key.
    public FaultTarget on(Provider provider) {
        return on(provider, FaultBook.ANY_KEY);
    }

    /// The chats of one key, declared or not.
    public FaultTarget on(Provider provider, String key) {
        return new FaultTarget(faults, new Target(provider, key, false));
    }

    /// Forgets all faults planned and not yet taken.
    public void clearFaults() {
        faults.clear();
    }

    /// What was asked so far, oldest first, each as it stands now; the latest 20 000.
    public List<Received> requests() {
        return journal.snapshot();
    }

    /// How many connections are open now.
    public int connections() {
        return listener.connections();
    }

    /// Ends every connection, whatever it is doing, and returns when no thread is left.
    @Override
    public void close() {
        listener.close();
    }
}
