package io.keywheel.application.service;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ways to the providers. A call that has begun on one ends on it: when another takes its place, it is closed
/// after the last of them.
///
/// Safe for any number of threads.
public final class ProviderPorts {

    private Map<ProviderId, PortLease> current = new HashMap<>();

    /// Those that are not closed, given up or not.
    private final Set<PortLease> open = new HashSet<>();

    private final ChatEvents events;

    /// @param ports one for each of `providers`; they are closed from here. What an adapter throws is an event
    public ProviderPorts(List<ProviderProfile> providers, Map<ProviderId, LlmPort> ports, ChatEvents events) {
        this.events = events;
        change(providers, ports);
    }

    /// A way to one provider, with the keys by the places that they have there.
    final class PortLease {

        private final List<KeySlot> keys;
        private final LlmPort port;
        private final LlmPort guarded;
        private int underWay;
        private boolean givenUp;

        private PortLease(ProviderProfile provider, LlmPort port) {
            this.keys = provider.keys().stream().map(PoolKey::slot).toList();
            this.port = port;
            this.guarded = new GuardedPort(provider.id(), port, events);
        }

        LlmPort port() {
            return guarded;
        }

        List<KeySlot> keys() {
            return keys;
        }

        boolean isGivenUp() {
            synchronized (ProviderPorts.this) {
                return givenUp;
            }
        }

        /// Each lease is released once.
        void release() {
            boolean last;
            synchronized (ProviderPorts.this) {
                underWay--;
                last = isOver() && open.remove(this);
            }
            if (last) {
                guarded.close();
            }
        }

        /// An adapter may say that two ports are equal, which does not make them one.
        @SuppressWarnings("ReferenceEquality")
        boolean leadsThrough(LlmPort other) {
            return port == other;
        }

        private boolean isOver() {
            return givenUp && underWay == 0;
        }
    }

    /// Sets out to a provider; null where there is none of the name.
    synchronized @Nullable PortLease lease(ProviderId provider) {
        PortLease portLease = current.get(provider);
        if (portLease != null) {
            portLease.underWay++;
        }
        return portLease;
    }

    /// From now on these are the ways; one that leads through the same port stays. Returns the ports that
    /// no request uses any more, for the caller to close.
    synchronized List<LlmPort> change(List<ProviderProfile> providers, Map<ProviderId, LlmPort> ports) {
        var before = current;
        current = new HashMap<>();
        for (ProviderProfile provider : providers) {
            LlmPort port = Objects.requireNonNull(ports.get(provider.id()));
            PortLease known = before.get(provider.id());
            boolean same = known != null && known.leadsThrough(port);
            current.put(provider.id(), same ? before.remove(provider.id()) : new PortLease(provider, port));
        }
        open.addAll(current.values());
        var idle = new ArrayList<LlmPort>();
        for (PortLease portLease : before.values()) {
            portLease.givenUp = true;
            if (portLease.isOver() && open.remove(portLease)) {
                idle.add(portLease.guarded);
            }
        }
        return idle;
    }

    /// Closes those of `ports` that no way leads through.
    public void closeUnused(Collection<LlmPort> ports) {
        List<LlmPort> unused;
        synchronized (this) {
            unused = ports.stream()
                    .filter(port -> open.stream().noneMatch(portLease -> portLease.leadsThrough(port)))
                    .toList();
        }
        unused.forEach(ProviderPorts::closeUnused);
    }

    /// Closes them all. Attempts under way are ended.
    public void close() {
        List<PortLease> all;
        synchronized (this) {
            all = List.copyOf(open);
            open.clear();
        }
        all.forEach(portLease -> portLease.guarded.close());
    }

    /// An adapter that fails at this fails no request: it was never used.
    private static void closeUnused(LlmPort port) {
        try {
            port.close();
        } catch (RuntimeException | LinkageError | AssertionError _) {
            // It was never used, so that no request is concerned.
        }
    }
}
