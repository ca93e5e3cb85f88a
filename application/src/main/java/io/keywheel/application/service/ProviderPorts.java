package io.keywheel.application.service;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The ports of all providers, for any number of threads. A call ends on the port on which it began: a replaced port
/// is closed after its last call.
final class ProviderPorts {

    private Map<ProviderId, PortLease> current = new HashMap<>();

    /// All leases whose ports are not closed, replaced ones too.
    private final Set<PortLease> open = new HashSet<>();

    private final ChatEvents events;

    /// @param ports one for each of `providers`; this class closes them
    /// @param events receives the exceptions of adapters
    ProviderPorts(List<ProviderProfile> providers, Map<ProviderId, LlmPort> ports, ChatEvents events) {
        this.events = events;
        change(providers, ports);
    }

    /// A port of one provider, with the slots of its keys. Counts the calls in flight.
    final class PortLease {

        private final List<KeySlot> keys;
        private final GuardedPort guarded;
        private int inFlight;
        private boolean replaced;

        private PortLease(ProviderProfile provider, LlmPort port) {
            this.keys = provider.keys().stream().map(PoolKey::slot).toList();
            this.guarded = new GuardedPort(provider.id(), port, events);
        }

        LlmPort port() {
            return guarded;
        }

        List<KeySlot> keys() {
            return keys;
        }

        boolean isReplaced() {
            synchronized (ProviderPorts.this) {
                return replaced;
            }
        }

        /// Ends one call of [ProviderPorts#lease].
        void release() {
            boolean last;
            synchronized (ProviderPorts.this) {
                inFlight--;
                last = canClose() && open.remove(this);
            }
            if (last) {
                guarded.close();
            }
        }

        /// Compares by identity: an adapter may define two ports as equal.
        @SuppressWarnings("ReferenceEquality")
        boolean wraps(LlmPort other) {
            return guarded.port() == other;
        }

        private boolean canClose() {
            return replaced && inFlight == 0;
        }
    }

    /// Begins a call of a provider; null for an unknown provider.
    synchronized @Nullable PortLease lease(ProviderId provider) {
        PortLease portLease = current.get(provider);
        if (portLease != null) {
            portLease.inFlight++;
        }
        return portLease;
    }

    /// Replaces the ports; an identical one stays. Returns the ports that no request uses any more, for the caller
    /// to close.
    synchronized List<LlmPort> change(List<ProviderProfile> providers, Map<ProviderId, LlmPort> ports) {
        var before = current;
        current = new HashMap<>();
        for (ProviderProfile provider : providers) {
            LlmPort port = Objects.requireNonNull(ports.get(provider.id()));
            PortLease known = before.get(provider.id());
            boolean same = known != null && known.wraps(port);
            current.put(provider.id(), same ? before.remove(provider.id()) : new PortLease(provider, port));
        }
        open.addAll(current.values());
        var idle = new ArrayList<LlmPort>();
        for (PortLease portLease : before.values()) {
            portLease.replaced = true;
            if (portLease.canClose() && open.remove(portLease)) {
                idle.add(portLease.guarded);
            }
        }
        return idle;
    }

    /// Closes all ports. Attempts in flight end.
    void close() {
        List<PortLease> all;
        synchronized (this) {
            all = List.copyOf(open);
            open.clear();
        }
        all.forEach(portLease -> portLease.guarded.close());
    }
}
