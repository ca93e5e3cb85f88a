package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.adapters.metrics.PrometheusMetrics;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.application.service.Gateway;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.clients.EnvironmentChecks;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;
import io.keywheel.bootstrap.settings.clients.Tls;
import java.lang.System.Logger.Level;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A listening gateway and its components.
public final class RunningGateway implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.gateway");

    private final Settings settings;
    private final PrometheusMetrics metrics;
    private final GatewayRuntime runtime;
    private final Reload reload;
    private final HttpGateway http;

    RunningGateway(Settings settings, Supplier<SettingsReport> reread, MonotonicClock clock) {
        this.settings = settings;
        metrics = new PrometheusMetrics(clock, settings.traces().areSent());
        runtime = new GatewayRuntime(settings, clock, new EventLog(), metrics);
        Gateway useCases = runtime.useCases();
        reload = new Reload(settings, reread, runtime);
        try {
            http = HttpGateway.start(
                    httpSettings(settings),
                    new HttpGateway.UseCases(
                            useCases.chats(),
                            useCases.status(),
                            useCases.models(),
                            runtime::refreshModels,
                            reload::reload,
                            useCases.clients(),
                            useCases.usage()),
                    new MetricsBridge(metrics, runtime.traces(), clock),
                    clock::wallTime);
        } catch (HttpGateway.CannotListenException e) {
            runtime.close();
            metrics.close();
            throw e;
        }
        reload.onTokens(http::replaceAccessTokens);
        Tls tls = settings.listener().tls();
        metrics.describe(version(), tls == null ? null : tls.until());
        metrics.watch(new PrometheusMetrics.Sources(
                useCases.status()::overview,
                useCases.models()::catalog,
                useCases.status()::waiting,
                http::activeChats,
                useCases.status()::isStoreConnected,
                runtime::isUsageSaved,
                reload::hasSucceeded));
        runtime.keepModelsFresh();
    }

    /// Returns when the gateway listens. The lists of models are requested in the background.
    ///
    /// @param settings with at least one provider
    /// @param reread reads the current settings at each reload
    /// @throws HttpGateway.CannotListenException if the address cannot be bound
    /// @throws io.keywheel.application.port.in.BadSettingsException if an adapter refuses its settings
    public static RunningGateway start(Settings settings, Supplier<SettingsReport> reread) {
        return new RunningGateway(settings, reread, new MonotonicClock());
    }

    /// The URL of the listener on this machine.
    public URI address() {
        String host = settings.listener().host();
        String scheme = settings.listener().tls() == null ? "http://" : "https://";
        return URI.create(scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port());
    }

    public int activeChats() {
        return http.activeChats();
    }

    /// Runs `action` once the gateway has stopped accepting connections for good, for example because the system
    /// has no more file descriptors.
    public void onStoppedListening(Runnable action) {
        http.onStoppedListening(action);
    }

    /// Reads the settings again and applies them.
    ///
    /// @throws io.keywheel.application.port.in.BadSettingsException if they are unusable; nothing has changed
    ///     then
    public Reloaded reload() {
        return reload.reload();
    }

    public Gateway useCases() {
        return runtime.useCases();
    }

    /// Stops accepting requests, and returns when the running ones have ended or the drain timeout has passed.
    @Override
    public void close() {
        LOG.log(
                Level.INFO,
                "Stopping: running requests may take up to "
                        + Math.ceilDiv(settings.drainTimeout().toMillis(), 1000)
                        + " s more; a second signal, half a second or more after the first, cuts them off");
        int cancelled = http.stop(settings.drainTimeout());
        runtime.close();
        metrics.close();
        LOG.log(Level.INFO, "Stopped; chats cut off: " + cancelled);
    }

    private static HttpGateway.Settings httpSettings(Settings settings) {
        ListenerSettings listener = settings.listener();
        Tls tls = listener.tls();
        return new HttpGateway.Settings(
                listener.host(),
                listener.port(),
                tls == null ? null : tls.context(),
                listener.tokens().clients(),
                Set.copyOf(listener.origins()),
                listener.maxBody(),
                listener.maxRequests(),
                EnvironmentChecks.here().sockets(),
                version());
    }

    /// The build writes the version into the module and the jar's manifest. Classes in a directory have none.
    static String version() {
        var descriptor = RunningGateway.class.getModule().getDescriptor();
        return Optional.ofNullable(descriptor)
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(RunningGateway.class.getPackage().getImplementationVersion()))
                .orElse("unknown");
    }
}
