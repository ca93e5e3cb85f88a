package io.keywheel.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One run: a gateway before simulated providers that go wrong, a load, and a report.
final class Soak {

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    /// How long the gateway keeps an idle connection to a provider, and some more.
    private static final int MOST_REST_SECONDS = 40;

    private final Options options;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private final List<Checkpoint> checkpoints = Collections.synchronizedList(new ArrayList<>());

    Soak(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /// @return whether no answer was lost or wrong
    boolean run(PrintStream log) throws IOException, InterruptedException {
        if (!options.tls()) {
            return run(log, Map.of(), null);
        }
        try (var encryption = Encryption.create()) {
            return run(log, encryption.settings(), encryption.trusting());
        }
    }

    private boolean run(PrintStream log, Map<String, String> tls, @Nullable SSLContext trusting)
            throws IOException, InterruptedException {
        try (var chaos = Chaos.start(options.seed(), options.faults());
                var gateway = GatewayProcess.start(settings(chaos, tls), options.heap(), log)) {
            check("start", gateway, chaos);
            var client = new Client(gateway.address(), trusting, new Judge(chaos.keys()));
            try (client) {
                load(gateway, chaos, client);
            }
            rest(chaos);
            check("at rest", gateway, chaos);
            var report = new Report(options, tally, List.copyOf(checkpoints), gateway);
            report.print(out);
            return report.isGood();
        }
    }

    private static Map<String, String> settings(Chaos chaos, Map<String, String> tls) {
        var settings = new HashMap<>(chaos.settings());
        settings.putAll(tls);
        return settings;
    }

    private void load(GatewayProcess gateway, Chaos chaos, Client client) {
        ScheduledExecutorService aside = Executors.newScheduledThreadPool(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var progress = new Progress(tally, out);
            var _ = aside.scheduleAtFixedRate(
                    progress::print, PROGRESS.toMillis(), PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
            var _ = aside.schedule(
                    () -> checkAside("middle", gateway, chaos),
                    options.duration().toMillis() / 2,
                    TimeUnit.MILLISECONDS);
            var load = new Load(client, tally, threads, options.seed(), options.perSecond());
            load.run(options.duration());
            checkAside("end", gateway, chaos);
        } finally {
            aside.shutdownNow();
        }
    }

    /// Until all that clients have left is over, and nothing is kept for a next request; after a short
    /// load not as long.
    private void rest(Chaos chaos) throws InterruptedException {
        long most = Math.min(MOST_REST_SECONDS, options.duration().toSeconds());
        for (int i = 0; i < most && chaos.connections() > 0; i++) {
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private void checkAside(String name, GatewayProcess gateway, Chaos chaos) {
        try {
            check(name, gateway, chaos);
        } catch (IOException e) {
            out.println("the gateway cannot be looked into: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(String name, GatewayProcess gateway, Chaos chaos) throws IOException, InterruptedException {
        checkpoints.add(new Checkpoint(name, Vitals.of(gateway.pid()), chaos.connections()));
    }
}
