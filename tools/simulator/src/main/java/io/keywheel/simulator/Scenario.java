package io.keywheel.simulator;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The configuration of a simulator. Each setter returns a changed copy.
///
/// Simulators with equal scenarios give equal answers to equal sequences of requests.
public record Scenario(
        long seed,
        Address address,
        Map<Key, String> organisations,
        Map<Provider, Limits> limits,
        Tempo tempo,
        InstantSource clock) {

    public record Key(Provider provider, String key) {}

    /// @param firstToken the time until the head of the answer
    /// @param pace the delay between two chunks
    public record Tempo(Duration firstToken, Duration pace) {}

    public record Address(String host, int port) {}

    public Scenario {
        organisations = Map.copyOf(organisations);
        limits = Map.copyOf(limits);
    }

    /// A scenario without keys, limits or delays, on a free port of 127.0.0.1, with the system's clock.
    public static Scenario withSeed(long seed) {
        return new Scenario(
                seed,
                new Address("127.0.0.1", 0),
                Map.of(),
                Map.of(),
                new Tempo(Duration.ZERO, Duration.ZERO),
                InstantSource.system());
    }

    /// Declares a key. Keys of one organisation share its limits.
    public Scenario key(Provider provider, String key, String organisation) {
        var more = new HashMap<>(organisations);
        more.putIfAbsent(new Key(provider, key), organisation);
        return new Scenario(seed, address, more, limits, tempo, clock);
    }

    /// Sets the limits of every organisation of a provider, per model.
    public Scenario limits(Provider provider, Limits limits) {
        var more = new HashMap<>(this.limits);
        more.put(provider, limits);
        return new Scenario(seed, address, organisations, more, tempo, clock);
    }

    /// Sets the duration of answers in whole milliseconds. It is in real time, regardless of the clock.
    ///
    /// @param firstToken the time until the head of the answer
    /// @param pace the delay between two chunks of a stream; a whole answer takes as long as its stream would
    public Scenario tempo(Duration firstToken, Duration pace) {
        return new Scenario(seed, address, organisations, limits, new Tempo(firstToken, pace), clock);
    }

    /// Sets the clock for limits and for the dates of answers.
    public Scenario clock(InstantSource clock) {
        return new Scenario(seed, address, organisations, limits, tempo, clock);
    }

    /// Sets the listener's address; port 0 selects a free port.
    public Scenario listen(String host, int port) {
        return new Scenario(seed, new Address(host, port), organisations, limits, tempo, clock);
    }

    /// The organisation of a key; empty if the provider has no such key.
    Optional<String> organisation(Provider provider, String key) {
        return Optional.ofNullable(organisations.get(new Key(provider, key)));
    }

    boolean keyless(Provider provider) {
        return provider == Provider.COMPATIBLE
                && organisations.keySet().stream().noneMatch(key -> key.provider() == Provider.COMPATIBLE);
    }

    Limits limits(Provider provider) {
        return limits.getOrDefault(provider, Limits.NONE);
    }
}
