package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.application.assembly.Gateway;
import io.keywheel.application.assembly.GatewayParts;
import io.keywheel.application.port.out.Surroundings;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.DoorSettings;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.Tls;
import java.net.URI;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// A gateway that listens, with everything it is made of.
public final class RunningGateway implements AutoCloseable {

    private final Settings settings;
    private final OpenProviders providers;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("chat-", 1).factory());
    private final TimerAlarm alarm;
    private final Gateway gateway;
    private final HttpGateway http;
    private final ModelRefresh refresh;

    private RunningGateway(Settings settings, OpenProviders providers) {
        this.settings = settings;
        this.providers = providers;
        var clock = InstantSource.system();
        alarm = new TimerAlarm(clock);
        gateway = Gateway.assemble(new GatewayParts(
                providers.profiles(),
                providers.ports(),
                providers.catalog(),
                settings.limits(),
                new Surroundings(
                        clock, alarm, () -> ThreadLocalRandom.current().nextDouble(), threads, new EventLog())));
        http = HttpGateway.start(
                door(settings), new HttpGateway.UseCases(gateway.chats(), gateway.status(), gateway.models()), clock);
        refresh = ModelRefresh.start(gateway.models());
    }

    /// Listens when it returns. Models are being asked for in the background.
    ///
    /// @param settings with at least one provider
    /// @throws CannotListenException when the address cannot be had
    public static RunningGateway start(Settings settings) {
        var providers = OpenProviders.open(settings.providers());
        try {
            return new RunningGateway(settings, providers);
        } catch (HttpGateway.CannotListenException e) {
            providers.close();
            throw new CannotListenException(settings.door(), e);
        }
    }

    /// Where it can be reached from this machine.
    public URI address() {
        String host = settings.door().host();
        String scheme = settings.door().tls() == null ? "http://" : "https://";
        return URI.create(scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port());
    }

    /// Whether it takes connections no more: a system that lets no more files be open, say, ends that for good.
    public boolean isDeaf() {
        return http.isDeaf();
    }

    /// Runs `action` once [#isDeaf].
    public void onDeaf(Runnable action) {
        http.onDeaf(action);
    }

    /// What it offers, without HTTP.
    public Gateway useCases() {
        return gateway;
    }

    /// Takes no new requests and returns when the running ones have ended, or their time is over.
    @Override
    public void close() {
        http.stop(settings.drainTimeout());
        refresh.close();
        threads.shutdownNow();
        providers.close();
        alarm.close();
    }

    private static HttpGateway.Settings door(Settings settings) {
        DoorSettings door = settings.door();
        Tls tls = door.tls();
        return new HttpGateway.Settings(
                door.host(),
                door.port(),
                tls == null ? null : tls.context(),
                Set.copyOf(door.tokens().reveal()),
                Set.copyOf(door.origins()),
                door.maxBody(),
                door.maxRequests(),
                settings.drainTimeout(),
                new HttpGateway.Product("Keywheel", version()));
    }

    /// The build writes it into the module; classes run from a directory have none.
    private static String version() {
        var descriptor = RunningGateway.class.getModule().getDescriptor();
        return descriptor == null ? "unknown" : descriptor.rawVersion().orElse("unknown");
    }
}
