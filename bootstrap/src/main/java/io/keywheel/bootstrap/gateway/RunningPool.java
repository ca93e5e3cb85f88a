package io.keywheel.bootstrap.gateway;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.keywheel.adapters.trace.Traces;
import io.keywheel.adapters.usage.UsageFile;
import io.keywheel.application.assembly.Gateway;
import io.keywheel.application.assembly.GatewayParts;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.bootstrap.adapters.CannotOpenException;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.UsageSettings;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.sharing.Sharing;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The use cases over the providers of some settings, with their clock, threads and event listeners.
public final class RunningPool implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.usage");

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("chat-", 1).factory());
    private final WakeupThread alarm;
    private final Sharing sharing;
    private final @Nullable Traces traces;
    private final Gateway useCases;
    private final ModelRefresh refresh;
    private final UsageStore usageStore;
    private final UsageWriter usageWriter;
    private List<ProviderSetup> providers;
    private Map<ProviderId, LlmPort> ports;
    private boolean closed;

    private RunningPool(Settings settings, MonotonicClock clock, ChatEvents... listeners) {
        alarm = new WakeupThread(clock);
        providers = settings.providers();
        usageStore = usageStore(settings.usage());
        try {
            ports = openedFor(providers, List.of(), Map.of());
        } catch (RuntimeException | Error e) {
            usageStore.close();
            throw e;
        }
        sharing = Sharing.open(settings.sharedState(), providers, clock);
        traces = ConfiguredTraces.open(settings);
        useCases = new Gateway(
                parts(settings, ports),
                new RuntimeServices(
                        clock,
                        clock::wallTime,
                        alarm,
                        () -> ThreadLocalRandom.current().nextDouble(),
                        threads,
                        events(listeners),
                        Sha256::bits),
                usageStore,
                settings.usage().days(),
                sharing.state());
        sharing.awaitFirstAttempt();
        usageWriter = new UsageWriter(useCases::saveUsage);
        if (settings.usage().directory().isPresent()) {
            usageWriter.start();
        }
        refresh = new ModelRefresh(useCases.models());
    }

    /// Nothing is sent yet.
    ///
    /// @param settings with at least one provider
    /// @throws io.keywheel.bootstrap.adapters.CannotOpenException when an adapter does not take its settings
    public static RunningPool open(Settings settings) {
        return new RunningPool(settings, new MonotonicClock(), new EventLog());
    }

    /// As [#open(Settings)], with another listener.
    static RunningPool open(Settings settings, MonotonicClock clock, ChatEvents listener) {
        return new RunningPool(settings, clock, new EventLog(), listener);
    }

    private ChatEvents events(ChatEvents... listeners) {
        var all = new ArrayList<>(List.of(listeners));
        if (traces != null) {
            all.add(traces);
        }
        return new CompositeChatEvents(all);
    }

    /// What sends traces; null where none are sent.
    @Nullable
    Traces traces() {
        return traces;
    }

    private static UsageStore usageStore(UsageSettings settings) {
        try {
            return settings.directory()
                    .<UsageStore>map(directory ->
                            UsageFile.open(directory, warning -> LOG.log(Level.WARNING, "KEYWHEEL_DATA: " + warning)))
                    .orElse(UsageStore.NONE);
        } catch (UsageFile.UnusableException e) {
            throw new CannotOpenException("KEYWHEEL_DATA: " + e.getMessage(), e);
        }
    }

    /// From now on the providers are asked for their models, in the background.
    public void keepModelsFresh() {
        refresh.start();
    }

    /// Takes over the providers, keys and limits of other settings. What is known of keys that stay stays
    /// known, and requests under way go on. All are asked for their models if one of them is spoken to in
    /// another way.
    ///
    /// @param settings with at least one provider
    /// @throws io.keywheel.bootstrap.adapters.CannotOpenException when an adapter does not take its
    ///     settings; then nothing has changed
    /// @throws BadSettingsException once it is closed
    public synchronized KeyDiff become(Settings settings) {
        if (closed) {
            throw new BadSettingsException(List.of("The gateway is stopping"));
        }
        List<ProviderSetup> before = providers;
        List<ProviderSetup> after = settings.providers();
        Map<ProviderId, LlmPort> portsAfter = openedFor(after, before, ports);
        Set<ProviderId> moved = moved(before, after);
        try {
            useCases.change(parts(settings, portsAfter), moved);
        } catch (RuntimeException | Error e) {
            useCases.closeUnused(portsAfter.values());
            throw e;
        }
        boolean anotherWay = portsAfter.values().stream().anyMatch(port -> !uses(ports, port));
        sharing.follow(after);
        providers = after;
        ports = portsAfter;
        if (anotherWay) {
            refresh.soon();
        }
        return KeyDiff.between(profiles(before), profiles(after), moved);
    }

    /// A port to each provider: the one that there is where its settings are just the same, else a new one.
    ///
    /// @throws io.keywheel.bootstrap.adapters.CannotOpenException when one cannot be opened; then none has been
    private static Map<ProviderId, LlmPort> openedFor(
            List<ProviderSetup> wanted, List<ProviderSetup> open, Map<ProviderId, LlmPort> ports) {
        var all = new LinkedHashMap<ProviderId, LlmPort>();
        try {
            for (ProviderSetup setup : wanted) {
                boolean isOpen =
                        open.stream().anyMatch(other -> other.settings().equals(setup.settings()));
                all.put(setup.id(), isOpen ? Objects.requireNonNull(ports.get(setup.id())) : setup.open());
            }
        } catch (RuntimeException | Error e) {
            all.values().stream().filter(port -> !uses(ports, port)).forEach(LlmPort::close);
            throw e;
        }
        return all;
    }

    /// An adapter may say that two ports are equal, which does not make them one.
    @SuppressWarnings("ReferenceEquality")
    private static boolean uses(Map<ProviderId, LlmPort> ports, LlmPort wanted) {
        return ports.values().stream().anyMatch(port -> port == wanted);
    }

    /// Another address is another provider, whatever its name.
    private static Set<ProviderId> moved(List<ProviderSetup> before, List<ProviderSetup> after) {
        var addresses = before.stream()
                .collect(toMap(ProviderSetup::id, setup -> setup.settings().baseUrl()));
        return after.stream()
                .filter(setup -> !addresses
                        .getOrDefault(setup.id(), setup.settings().baseUrl())
                        .equals(setup.settings().baseUrl()))
                .map(ProviderSetup::id)
                .collect(toSet());
    }

    private static GatewayParts parts(Settings settings, Map<ProviderId, LlmPort> ports) {
        return new GatewayParts(
                profiles(settings.providers()), ports, settings.catalog(), settings.limits(), settings.clients());
    }

    private static List<ProviderProfile> profiles(List<ProviderSetup> providers) {
        return providers.stream().map(ProviderSetup::profile).toList();
    }

    public Gateway useCases() {
        return useCases;
    }

    @Override
    public synchronized void close() {
        closed = true;
        refresh.close();
        threads.shutdownNow();
        useCases.close();
        sharing.close();
        usageWriter.close();
        usageStore.close();
        alarm.close();
        if (traces != null) {
            traces.close();
        }
    }
}
