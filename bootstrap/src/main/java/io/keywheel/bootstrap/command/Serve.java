package io.keywheel.bootstrap.command;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.log.Logging;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Runs the gateway until it is stopped.
public record Serve(Output output) {

    static final String NO_KEYS = Settings.NO_KEYS + " (.env.example shows how), or try '" + ValidationMessages.PROGRAM
            + " demo', which needs none.";

    private static final System.Logger LOG = System.getLogger("io.keywheel.serve");

    /// Returns after the running requests have ended or the drain timeout has passed. A second signal ends the
    /// program immediately. If the gateway stops listening, the status is [ExitStatus#FAILED], so that a supervisor
    /// restarts it.
    ///
    /// @param reread reads the current settings, for SIGHUP and `POST /api/reload`
    public int run(SettingsReport report, Supplier<SettingsReport> reread) {
        report.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        report.notices().forEach(notice -> LOG.log(Level.INFO, notice));
        Logging.flush();
        if (report.settings().isEmpty()) {
            output.printError("Keywheel cannot start with these settings:");
            report.problems().forEach(problem -> output.printError("  " + problem));
            return ExitStatus.NOT_STARTED;
        }
        Settings settings = report.settings().get();
        if (settings.providers().isEmpty()) {
            output.printError(NO_KEYS);
            return ExitStatus.NOT_STARTED;
        }
        return serve(settings, reread);
    }

    private int serve(Settings settings, Supplier<SettingsReport> reread) {
        var started = new CompletableFuture<RunningGateway>();
        StopSignal.handle("HUP", () -> reload(started.join()));
        try (var gateway = RunningGateway.start(settings, reread)) {
            var stop = StopSignal.listen(gateway::activeChats);
            started.complete(gateway);
            String ready = "Keywheel listening on " + gateway.address() + " with " + providers(settings);
            // A full pipe without a reader blocks a write, and this thread waits for the signal to stop.
            Thread.ofPlatform().name("print-ready").daemon().start(() -> output.print(ready));
            var stoppedListening = new AtomicBoolean();
            gateway.onStoppedListening(() -> {
                stoppedListening.set(true);
                stop.request();
            });
            stop.await(new HeapTrimmer(Runtime.getRuntime()::totalMemory, System::gc)::trim);
            if (stoppedListening.get()) {
                LOG.log(Level.ERROR, "Keywheel no longer accepts connections and ends; an earlier line has the reason");
                return ExitStatus.FAILED;
            }
        } catch (HttpGateway.CannotListenException | BadSettingsException e) {
            Logging.flush();
            output.printError(e);
            return ExitStatus.NOT_STARTED;
        }
        return ExitStatus.OK;
    }

    /// `groq (3 keys), cerebras (1 key)`.
    private static String providers(Settings settings) {
        return settings.providers().stream()
                .map(provider -> {
                    int keys = provider.profile().keys().size();
                    return "%s (%s %s)".formatted(provider.id(), keys, keys == 1 ? "key" : "keys");
                })
                .collect(Collectors.joining(", "));
    }

    private static void reload(RunningGateway gateway) {
        try {
            gateway.reload();
        } catch (BadSettingsException _) {
            // The reload has logged it.
        }
    }
}
