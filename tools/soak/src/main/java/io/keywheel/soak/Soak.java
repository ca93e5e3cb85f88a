package io.keywheel.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

final class Soak {

    private static final String TOKEN = "token-of-all-clients-of-the-soak";

    /// A shorter load is not interrupted for statistics.
    private static final Duration LONG = Duration.ofSeconds(10);

    /// Slightly longer than the gateway keeps an idle connection to a provider.
    private static final int LONGEST_REST_SECONDS = 40;

    private final Options options;
    private final PrintStream out;
    private final Counts counts = new Counts();
    private final Latencies alone = new Latencies();
    private final Latencies besideHostile = new Latencies();
    private final List<ProcessStats> stats = Collections.synchronizedList(new ArrayList<>());

    Soak(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /// Runs the soak test, and returns whether the report is good.
    boolean run(PrintStream log) throws IOException, InterruptedException {
        try (Tls tls = options.tls ? Tls.create() : null;
                var providers = new Providers(options.seed, options.faults);
                var gateways = start(providers, tls, log)) {
            SSLContext trusting = tls == null ? null : tls.trusting();
            List<Endpoint> endpoints = gateways.addresses().stream()
                    .map(address -> new Endpoint(address, trusting, TOKEN))
                    .toList();
            stats.add(gateways.stats("start", providers.connections()));
            var probe = new HealthProbe(endpoints.getFirst(), options.probeTimeout);
            List<Client> clients = endpoints.stream()
                    .map(endpoint -> new Client(endpoint, new AnswerChecker(Providers.keys())))
                    .toList();
            try (probe) {
                gateways.disturb();
                load(gateways, providers, clients, endpoints.getFirst());
            } finally {
                clients.forEach(Client::close);
                gateways.calm();
            }
            rest(providers);
            stats.add(gateways.stats("at rest", providers.connections()));
            var leftovers = new ArrayList<String>();
            for (Endpoint endpoint : endpoints) {
                try (var client = new Client(endpoint, new AnswerChecker(List.of()))) {
                    awaitStore(client);
                    leftovers.addAll(Leftovers.of(client));
                }
            }
            var report =
                    new Report(options, counts, alone, besideHostile, probe, leftovers, List.copyOf(stats), gateways);
            report.print(out);
            return report.isGood();
        }
    }

    /// Waits until the gateway has reconnected to the store, which it retries within five seconds.
    private static void awaitStore(Client client) throws InterruptedException {
        for (int i = 0; i < LONGEST_REST_SECONDS && client.get("/health").raw().contains("unavailable"); i++) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private Gateways start(Providers providers, @Nullable Tls tls, PrintStream log) throws IOException {
        var settings = new HashMap<>(providers.settings(TOKEN));
        if (tls != null) {
            settings.putAll(tls.settings());
        }
        return new Gateways(options.gateways, settings, options.heap, log);
    }

    private void load(Gateways gateways, Providers providers, List<Client> clients, Endpoint endpoint) {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var _ = timer.scheduleAtFixedRate(() -> printProgress(start), 5, 5, TimeUnit.SECONDS);
            if (options.duration.compareTo(LONG) >= 0) {
                long half = options.duration.toMillis() / 2;
                var _ = timer.schedule(() -> tryStats("middle", gateways, providers), half, TimeUnit.MILLISECONDS);
            }
            var load = new Load(clients, counts, threads, options.seed, options.rate);
            Duration tenth = options.duration.dividedBy(10);
            // Warm-up, because the gateway's code is not compiled yet.
            load.run(tenth, new Latencies());
            if (options.hostile == 0) {
                load.run(tenth.multipliedBy(9), alone);
            } else {
                load.run(tenth.multipliedBy(3), alone);
                providers.sendAbsurdValues();
                try (var hostile = new HostileClients(endpoint, options.hostile)) {
                    load.run(tenth.multipliedBy(6), besideHostile);
                    hostile.print(out);
                }
            }
            if (options.duration.compareTo(LONG) >= 0) {
                tryStats("end", gateways, providers);
            }
        } finally {
            timer.shutdownNow();
        }
    }

    private void printProgress(long start) {
        out.printf(
                Locale.ROOT,
                "%4d s  sent %d, ended %d, right %d, lost %d, wrong %d%n",
                Math.round((System.nanoTime() - start) / 1e9),
                counts.sent(),
                counts.ended(),
                counts.count(Outcome.Kind.RIGHT),
                counts.count(Outcome.Kind.LOST),
                counts.count(Outcome.Kind.WRONG));
    }

    /// Waits until the gateway has closed its idle connections; after a short load, only as long as the load.
    private void rest(Providers providers) throws InterruptedException {
        long most = Math.min(LONGEST_REST_SECONDS, options.duration.toSeconds());
        for (int i = 0; i < most && providers.connections() > 0; i++) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private void tryStats(String moment, Gateways gateways, Providers providers) {
        try {
            stats.add(gateways.stats(moment, providers.connections()));
        } catch (IOException e) {
            out.println("no statistics of the gateway: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
