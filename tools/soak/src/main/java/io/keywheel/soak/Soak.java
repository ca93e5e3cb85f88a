package io.keywheel.soak;

import io.keywheel.soak.gateway.Endpoint;
import io.keywheel.soak.hostile.HostileClients;
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

    /// Of the gateway's clients, and of nothing else.
    private static final String TOKEN = "token-of-all-clients-of-the-soak";

    /// A shorter load is not halted to be looked into.
    private static final Duration LONG = Duration.ofSeconds(10);

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    /// How long the gateway keeps an idle connection to a provider, and some more.
    private static final int MOST_REST_SECONDS = 40;

    private final Options options;
    private final PrintStream out;
    private final Tally tally = new Tally();
    private final Latencies warmingUp = new Latencies();
    private final Latencies alone = new Latencies();
    private final Latencies beside = new Latencies();
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
                var process = GatewayProcess.start(settings(chaos, tls), options.heap(), log)) {
            var gateway = new Endpoint(process.address(), trusting, TOKEN);
            check("start", process, chaos);
            var probes = new Probes(gateway, options.probeTimeout());
            try (probes;
                    var client = new Client(gateway, new Judge(SimulatedKeys.all()))) {
                load(process, chaos, client, gateway);
            }
            rest(chaos);
            check("at rest", process, chaos);
            var findings = new Findings(options, alone, beside, probes.result(), Remains.of(gateway));
            var report = new Report(options, tally, findings, List.copyOf(checkpoints), process);
            report.print(out);
            return report.isGood();
        }
    }

    private static Map<String, String> settings(Chaos chaos, Map<String, String> tls) {
        var settings = new HashMap<>(chaos.settings(TOKEN));
        settings.putAll(tls);
        return settings;
    }

    private void load(GatewayProcess process, Chaos chaos, Client client, Endpoint gateway) {
        ScheduledExecutorService aside = Executors.newScheduledThreadPool(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var progress = new Progress(tally, out);
            var _ = aside.scheduleAtFixedRate(
                    progress::print, PROGRESS.toMillis(), PROGRESS.toMillis(), TimeUnit.MILLISECONDS);
            boolean isLong = options.duration().compareTo(LONG) >= 0;
            if (isLong) {
                var _ = aside.schedule(
                        () -> checkAside("middle", process, chaos),
                        options.duration().toMillis() / 2,
                        TimeUnit.MILLISECONDS);
            }
            run(new Load(client, tally, threads, options.seed(), options.perSecond()), chaos, gateway);
            if (isLong) {
                checkAside("end", process, chaos);
            }
        } finally {
            aside.shutdownNow();
        }
    }

    /// What comes first is no measure: the gateway's code is not compiled yet.
    private void run(Load load, Chaos chaos, Endpoint gateway) {
        Duration tenth = options.duration().dividedBy(10);
        load.run(tenth, warmingUp);
        if (options.hostile() == 0) {
            load.run(tenth.multipliedBy(9), alone);
            return;
        }
        load.run(tenth.multipliedBy(3), alone);
        chaos.lie();
        try (var hostile = HostileClients.start(gateway, options.hostile())) {
            load.run(tenth.multipliedBy(6), beside);
            hostile.print(out);
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
