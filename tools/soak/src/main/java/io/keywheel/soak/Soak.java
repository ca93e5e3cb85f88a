package io.keywheel.soak;

import io.keywheel.certificates.ServerCertificate;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

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
    private final List<Report.Sample> samples = Collections.synchronizedList(new ArrayList<>());

    Soak(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /// Runs the soak test, and returns whether the report is good.
    boolean run(PrintStream log) throws IOException, InterruptedException {
        try (var providers = new Providers(options.seed, options.faults);
                var gateways = start(providers, log)) {
            SSLContext trusting = options.tls ? ServerCertificate.ADDRESS.context() : null;
            List<Endpoint> endpoints = gateways.addresses().stream()
                    .map(address -> new Endpoint(address, trusting, TOKEN))
                    .toList();
            sample("start", gateways, providers);
            var probe = new HealthProbe(endpoints.getFirst(), options.probeTimeout);
            List<Client> clients = endpoints.stream()
                    .map(endpoint -> new Client(endpoint, new AnswerChecker(Providers.keys())))
                    .toList();
            try (probe;
                    var _ = gateways.disturb()) {
                load(gateways, providers, clients, endpoints.getFirst());
            } finally {
                clients.forEach(Client::close);
            }
            rest(providers);
            sample("at rest", gateways, providers);
            var leftovers = new ArrayList<String>();
            for (Endpoint endpoint : endpoints) {
                try (var client = new Client(endpoint, new AnswerChecker(List.of()))) {
                    awaitStore(client);
                    leftovers.addAll(Leftovers.of(client));
                }
            }
            var report =
                    new Report(options, counts, alone, besideHostile, probe, leftovers, List.copyOf(samples), gateways);
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

    private Gateways start(Providers providers, PrintStream log) throws IOException {
        var settings = new HashMap<>(providers.settings(TOKEN));
        if (options.tls) {
            settings.putAll(certificate());
        }
        return new Gateways(options.gateways, settings, options.heap, log);
    }

    private static Map<String, String> certificate() throws IOException {
        Path directory = Files.createTempDirectory("keywheel-soak");
        Path certificate = ServerCertificate.ADDRESS.certificateIn(directory);
        Path key = ServerCertificate.ADDRESS.keyIn(directory);
        // The last one is deleted first.
        Stream.of(directory, certificate, key).map(Path::toFile).forEach(File::deleteOnExit);
        return Map.of("KEYWHEEL_TLS_CERT", certificate.toString(), "KEYWHEEL_TLS_KEY", key.toString());
    }

    private void load(Gateways gateways, Providers providers, List<Client> clients, Endpoint endpoint) {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            var _ = timer.scheduleAtFixedRate(() -> printProgress(start), 5, 5, TimeUnit.SECONDS);
            if (options.duration.compareTo(LONG) >= 0) {
                long half = options.duration.toMillis() / 2;
                var _ = timer.schedule(() -> trySample("middle", gateways, providers), half, TimeUnit.MILLISECONDS);
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
                trySample("end", gateways, providers);
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
                counts.count(Verdict.Kind.RIGHT),
                counts.count(Verdict.Kind.LOST),
                counts.count(Verdict.Kind.WRONG));
    }

    /// Waits until the gateway has closed its idle connections; after a short load, only as long as the load.
    private void rest(Providers providers) throws InterruptedException {
        long most = Math.min(LONGEST_REST_SECONDS, options.duration.toSeconds());
        for (int i = 0; i < most && providers.connections() > 0; i++) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private void sample(String moment, Gateways gateways, Providers providers)
            throws IOException, InterruptedException {
        samples.add(new Report.Sample(moment, gateways.resources(), providers.connections()));
    }

    private void trySample(String moment, Gateways gateways, Providers providers) {
        try {
            sample(moment, gateways, providers);
        } catch (IOException e) {
            out.println("no statistics of the gateway: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
