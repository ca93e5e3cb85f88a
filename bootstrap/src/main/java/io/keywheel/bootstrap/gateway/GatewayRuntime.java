package io.keywheel.bootstrap.gateway;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.adapters.trace.Traces;
import io.keywheel.adapters.usage.UsageFile;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.application.service.Gateway;
import io.keywheel.application.service.GatewayParts;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The use cases without HTTP, with their threads, providers, stores and event listeners. [RunningGateway] serves
/// them over HTTP, and an embedding program calls them directly.
public final class GatewayRuntime implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.keywheel.usage");

    /// How long a start waits for other gateways' state, so that the first request avoids limits that they found.
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(1);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("chat-", 1).factory());
    private final WakeupThread wakeupThread;

    /// Null if nothing is shared; no class of the store's client is loaded then.
    private final @Nullable RedisSharedState sharedState;

    /// Null if no traces are sent.
    private final @Nullable Traces traces;

    private final Gateway useCases;
    private final ModelRefresh refresh;
    private final UsageStore usageStore;
    private final UsageWriter usageWriter;
    private List<ProviderSetup> providers;
    private Map<ProviderSettings, LlmPort> ports;
    private boolean closed;

    GatewayRuntime(Settings settings, MonotonicClock clock, ChatEvents... listeners) {
        wakeupThread = new WakeupThread(clock);
        providers = settings.providers();
        usageStore = usageStore(settings.usage());
        try {
            ports = openedFor(providers, Map.of());
        } catch (RuntimeException | Error e) {
            try (usageStore) {
                throw e;
            }
        }
        sharedState = settings.sharedState()
                .map(set -> new RedisSharedState(set, usageStore.id(), clock, new SharingLog(set.address())))
                .orElse(null);
        shareKeysOf(providers);
        String scheme = settings.listener().tls() == null ? "http" : "https";
        traces = settings.traces().open(RunningGateway.version(), scheme);
        useCases = new Gateway(
                parts(settings, ports),
                new RuntimeServices(
                        clock,
                        clock::wallTime,
                        wakeupThread,
                        () -> ThreadLocalRandom.current().nextDouble(),
                        threads,
                        new CompositeChatEvents(List.of(listeners)),
                        traces == null ? _ -> ChatTrace.NONE : traces::chat,
                        Sha256::bits),
                usageStore,
                settings.usage().days(),
                sharedState);
        if (sharedState != null) {
            sharedState.awaitFirstAttempt(FIRST_ATTEMPT);
        }
        usageWriter = new UsageWriter(useCases::saveUsage, usageStore::close);
        if (settings.usage().directory().isPresent()) {
            usageWriter.start();
        }
        refresh = new ModelRefresh(useCases.models()::refresh, Duration.ofSeconds(10));
    }

    /// Opens the providers' ports without sending a request.
    ///
    /// @param settings with at least one provider
    /// @throws BadSettingsException if an adapter refuses its settings
    public static GatewayRuntime open(Settings settings) {
        return new GatewayRuntime(settings, new MonotonicClock(), new EventLog());
    }

    @Nullable
    Traces traces() {
        return traces;
    }

    private static UsageStore usageStore(Settings.Usage settings) {
        try {
            return settings.directory()
                    .<UsageStore>map(directory ->
                            UsageFile.open(directory, warning -> LOG.log(Level.WARNING, "KEYWHEEL_DATA: " + warning)))
                    .orElse(UsageStore.NONE);
        } catch (UsageFile.UnusableException e) {
            throw new BadSettingsException("KEYWHEEL_DATA: " + e.getMessage(), e);
        }
    }

    /// Requests the providers' lists of models in the background, now and every hour.
    public void keepModelsFresh() {
        refresh.start();
    }

    /// As [ModelRefresh#request].
    boolean refreshModels() {
        return refresh.request();
    }

    /// Applies the providers, keys and limits of new settings. Unchanged keys keep their state, and running
    /// requests continue. If a port was opened anew, the lists of models of all providers are requested again.
    ///
    /// @param settings with at least one provider
    /// @throws BadSettingsException if an adapter refuses its settings, or the gateway is stopping
    public synchronized Reloaded.Keys apply(Settings settings) {
        if (closed) {
            throw new BadSettingsException(List.of("The gateway is stopping"));
        }
        List<ProviderSetup> before = providers;
        List<ProviderSetup> after = settings.providers();
        Map<ProviderSettings, LlmPort> portsAfter = openedFor(after, ports);
        Set<ProviderId> replaced = replaced(before, after);
        useCases.change(parts(settings, portsAfter), replaced);
        boolean hasNewPort = !ports.keySet().containsAll(portsAfter.keySet());
        shareKeysOf(after);
        providers = after;
        ports = portsAfter;
        if (hasNewPort) {
            refresh.soon();
        }
        return keyChanges(before, after, replaced);
    }

    /// Whether usage can be saved; empty without a directory for it.
    Optional<Boolean> isUsageSaved() {
        return usageStore.equals(UsageStore.NONE) ? Optional.empty() : Optional.of(!usageWriter.isFailing());
    }

    private void shareKeysOf(List<ProviderSetup> setups) {
        if (sharedState != null) {
            sharedState.follow(setups.stream().map(ProviderSetup::settings).toList());
        }
    }

    /// A port for each provider: the open one if its settings are unchanged, else a new one.
    ///
    /// @throws BadSettingsException if a port cannot be opened; no new port stays open then
    private static Map<ProviderSettings, LlmPort> openedFor(
            List<ProviderSetup> wanted, Map<ProviderSettings, LlmPort> open) {
        var all = new LinkedHashMap<ProviderSettings, LlmPort>();
        try {
            for (ProviderSetup setup : wanted) {
                LlmPort port = open.get(setup.settings());
                all.put(setup.settings(), port == null ? setup.open() : port);
            }
        } catch (RuntimeException | Error e) {
            all.keySet().removeAll(open.keySet());
            all.values().forEach(LlmPort::close);
            throw e;
        }
        return all;
    }

    /// The providers whose base URL has changed: another address is treated as another provider.
    private static Set<ProviderId> replaced(List<ProviderSetup> before, List<ProviderSetup> after) {
        var addresses = before.stream()
                .collect(toMap(ProviderSetup::id, setup -> setup.settings().baseUrl()));
        return after.stream()
                .filter(setup -> !addresses
                        .getOrDefault(setup.id(), setup.settings().baseUrl())
                        .equals(setup.settings().baseUrl()))
                .map(ProviderSetup::id)
                .collect(toSet());
    }

    /// All keys of a replaced provider count as removed and added.
    private static Reloaded.Keys keyChanges(
            List<ProviderSetup> before, List<ProviderSetup> after, Set<ProviderId> replaced) {
        Set<PoolKey.Name> kept = keys(before)
                .filter(key -> !replaced.contains(key.provider()))
                .map(PoolKey::name)
                .collect(toSet());
        kept.retainAll(keys(after).map(PoolKey::name).collect(toSet()));
        return new Reloaded.Keys(
                keys(after).filter(key -> !kept.contains(key.name())).toList(),
                keys(before).filter(key -> !kept.contains(key.name())).toList(),
                kept.size());
    }

    private static Stream<PoolKey> keys(List<ProviderSetup> providers) {
        return providers.stream().flatMap(provider -> provider.profile().keys().stream());
    }

    private static GatewayParts parts(Settings settings, Map<ProviderSettings, LlmPort> ports) {
        List<ProviderProfile> profiles =
                settings.providers().stream().map(ProviderSetup::profile).toList();
        Map<ProviderId, LlmPort> byId = new HashMap<>();
        ports.forEach((provider, port) -> byId.put(provider.provider(), port));
        return new GatewayParts(profiles, byId, settings.catalog(), settings.limits(), settings.clients());
    }

    public Gateway useCases() {
        return useCases;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        refresh.close();
        threads.shutdownNow();
        useCases.close();
        if (sharedState != null) {
            sharedState.close();
        }
        usageWriter.close();
        wakeupThread.close();
        if (traces != null) {
            traces.close();
        }
    }
}
