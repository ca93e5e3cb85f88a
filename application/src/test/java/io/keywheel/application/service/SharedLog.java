package io.keywheel.application.service;

import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A log between gateways in memory: what is published has been read by the others when the call returns.
final class SharedLog {

    /// What gateways have published and claimed, in order, as they did.
    final List<Fact> facts = new CopyOnWriteArrayList<>();

    private final List<Port> ports = new ArrayList<>();

    /// What happens when a claim is about to be appended.
    interface BeforeClaim {
        void run(Fact.Called claim) throws InterruptedException;
    }

    synchronized Port port() {
        var port = new Port("gateway-" + ports.size());
        ports.add(port);
        return port;
    }

    private synchronized void append(Port from, List<Fact> published) {
        facts.addAll(published);
        List<Fact> seen =
                published.stream().map(fact -> asSeenByOthers(from.name, fact)).toList();
        for (Port port : ports) {
            if (port != from) {
                port.listener.accept(seen);
            }
        }
    }

    /// Another gateway, of which the test is no part, publishes `fact`.
    void published(Fact fact) {
        published(List.of(fact));
    }

    synchronized void published(List<Fact> published) {
        List<Fact> seen = published.stream()
                .map(fact -> asSeenByOthers("elsewhere", fact))
                .toList();
        ports.forEach(port -> port.listener.accept(seen));
    }

    synchronized List<Fact.Called> claims() {
        return facts.stream()
                .filter(fact -> fact instanceof Fact.Called called && called.claimed())
                .map(Fact.Called.class::cast)
                .toList();
    }

    private static Fact asSeenByOthers(String gateway, Fact fact) {
        return switch (fact) {
            case Fact.Called(var id, var asked, var tokens, var claimed, var probes, var begun, var ends) ->
                new Fact.Called(new Fact.CallId(gateway, id.number()), asked, tokens, claimed, probes, begun, ends);
            case Fact.Ended(var id, var asked, var end, var spent, var left, var begun) ->
                new Fact.Ended(new Fact.CallId(gateway, id.number()), asked, end, spent, left, begun);
            default -> fact;
        };
    }

    /// One gateway's way to the log.
    final class Port implements SharedState {

        private final String name;
        private volatile Consumer<List<Fact>> listener = _ -> {};
        volatile boolean isAway;
        volatile BeforeClaim beforeClaim = _ -> {};

        private Port(String name) {
            this.name = name;
        }

        @Override
        public void listen(Consumer<List<Fact>> learned) {
            listener = learned;
        }

        @Override
        public void publish(List<Fact> published) {
            if (!isAway) {
                append(this, published);
            }
        }

        @Override
        public boolean claim(Fact.Called call) throws InterruptedException {
            beforeClaim.run(call);
            if (isAway) {
                return false;
            }
            synchronized (SharedLog.this) {
                append(this, List.of(call));
                listener.accept(List.of(call));
            }
            return true;
        }

        @Override
        public Duration probeLease() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Status status() {
            return isAway ? Status.UNAVAILABLE : Status.CONNECTED;
        }

        @Override
        public void close() {}
    }
}
