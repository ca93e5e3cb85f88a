package io.keywheel.application.service;

import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// An in-memory log that gateways share. One thread reads it for all of them.
final class SharedLog {

    /// All published facts and claims, in order.
    final List<Fact> facts = new CopyOnWriteArrayList<>();

    private final List<Port> ports = new CopyOnWriteArrayList<>();
    private final Executor reader =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

    /// Runs before the next claim is appended.
    interface BeforeClaim {
        void run(Fact.Called claim) throws InterruptedException;
    }

    synchronized Port port() {
        var port = new Port("gateway-" + ports.size());
        ports.add(port);
        return port;
    }

    private synchronized CompletableFuture<Void> append(Port from, List<Fact> published) {
        facts.addAll(published);
        return CompletableFuture.runAsync(
                () -> ports.forEach(port -> port.read(port == from ? published : seen(from.name, published), from)),
                reader);
    }

    /// Returns once all gateways have read what was published.
    void awaitRead() {
        CompletableFuture.runAsync(() -> {}, reader).join();
    }

    /// Publishes `fact` as another gateway; returns once all ports have read it.
    void published(Fact fact) {
        published(List.of(fact));
    }

    void published(List<Fact> published) {
        List<Fact> seen = seen("elsewhere", published);
        CompletableFuture.runAsync(() -> ports.forEach(port -> port.listener.accept(seen)), reader)
                .join();
    }

    private static List<Fact> seen(String gateway, List<Fact> published) {
        return published.stream().map(fact -> fact.by(gateway)).toList();
    }

    synchronized <F extends Fact> List<F> facts(Class<F> kind) {
        return facts.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    List<Fact.Called> claims() {
        return facts(Fact.Called.class).stream().filter(Fact.Called::claimed).toList();
    }

    private static boolean isClaim(Fact fact) {
        return fact instanceof Fact.Called called && called.claimed();
    }

    /// The store of one gateway.
    final class Port implements SharedState {

        private final String name;
        private volatile Consumer<List<Fact>> listener = _ -> {};
        volatile Runnable repetition = () -> {};
        volatile boolean isAway;
        volatile BeforeClaim beforeClaim = _ -> {};
        volatile Runnable beforePublish = () -> {};

        private Port(String name) {
            this.name = name;
        }

        /// Delivers all facts of others, and only the claims of its own.
        private void read(List<Fact> published, Port from) {
            List<Fact> read = from != this
                    ? published
                    : published.stream().filter(SharedLog::isClaim).toList();
            if (!read.isEmpty()) {
                listener.accept(read);
            }
        }

        @Override
        public void listen(Consumer<List<Fact>> learned, Runnable repeat) {
            listener = learned;
            repetition = repeat;
        }

        @Override
        public void publish(List<Fact> published) {
            beforePublish.run();
            if (!isAway) {
                var _ = append(this, published);
            }
        }

        @Override
        public boolean claim(Fact.Called call) throws InterruptedException {
            BeforeClaim once = beforeClaim;
            beforeClaim = _ -> {};
            once.run(call);
            if (isAway) {
                return false;
            }
            append(this, List.of(call)).join();
            return true;
        }

        @Override
        public Duration probeTimeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public boolean isConnected() {
            return !isAway;
        }

        @Override
        public void close() {}
    }
}
