package io.keywheel.bootstrap.gateway;

import io.keywheel.application.assembly.Gateway;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.bootstrap.log.EventLog;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/// The use cases over the providers of some settings, with their clock, threads and event listeners.
public final class RunningPool implements AutoCloseable {

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("chat-", 1).factory());
    private final WakeupThread alarm;
    private final Gateway useCases;
    private final ModelRefresh refresh;
    private OpenProviders providers;
    private boolean closed;

    private RunningPool(Settings settings, MonotonicClock clock, ChatEvents events) {
        alarm = new WakeupThread(clock);
        providers = OpenProviders.open(settings.providers());
        useCases = Gateway.assemble(
                providers.parts(settings.limits()),
                new RuntimeServices(
                        clock,
                        clock::wallTime,
                        alarm,
                        () -> ThreadLocalRandom.current().nextDouble(),
                        threads,
                        events));
        refresh = new ModelRefresh(useCases.models());
    }

    /// Nothing is sent yet.
    ///
    /// @param settings with at least one provider
    /// @throws io.keywheel.bootstrap.settings.CannotOpenException when an adapter does not take its settings
    public static RunningPool open(Settings settings) {
        return new RunningPool(settings, new MonotonicClock(), new CompositeChatEvents(List.of(new EventLog())));
    }

    /// As [#open(Settings)], with another listener.
    static RunningPool open(Settings settings, MonotonicClock clock, ChatEvents listener) {
        return new RunningPool(settings, clock, new CompositeChatEvents(List.of(new EventLog(), listener)));
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
    /// @throws io.keywheel.bootstrap.settings.CannotOpenException when an adapter does not take its
    ///     settings; then nothing has changed
    /// @throws BadSettingsException once it is closed
    public synchronized KeyDiff become(Settings settings) {
        if (closed) {
            throw new BadSettingsException(List.of("The gateway is stopping"));
        }
        OpenProviders before = providers;
        OpenProviders after = before.become(settings.providers());
        Set<ProviderId> moved = before.movedIn(after);
        try {
            useCases.change(after.parts(settings.limits()), moved);
        } catch (RuntimeException | Error e) {
            useCases.closeUnused(after.ports().values());
            throw e;
        }
        providers = after;
        if (!before.useAllOf(after)) {
            refresh.soon();
        }
        return KeyDiff.between(before.profiles(), after.profiles(), moved);
    }

    public Gateway useCases() {
        return useCases;
    }

    /// Ends what still runs.
    @Override
    public synchronized void close() {
        closed = true;
        refresh.close();
        threads.shutdownNow();
        useCases.close();
        alarm.close();
    }
}
