package io.keywheel.application.assembly;

import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.application.service.AsyncRunner;
import io.keywheel.application.service.ChatService;
import io.keywheel.application.service.ClientGate;
import io.keywheel.application.service.GuardedPort;
import io.keywheel.application.service.KeyScheduler;
import io.keywheel.application.service.ModelCatalogService;
import io.keywheel.application.service.ProviderPorts;
import io.keywheel.application.service.UsageService;
import io.keywheel.domain.rotation.KeyPool;
import io.keywheel.domain.routing.ProviderId;
import java.util.Collection;
import java.util.Set;

/// The use cases over one pool of keys.
public final class Gateway implements AutoCloseable {

    private final ProviderPorts providerPorts;
    private final KeyScheduler keyScheduler;
    private final ModelCatalogService catalog;
    private final ClientGate clients;
    private final UsageService usage;
    private final ChatService chats;

    /// Nothing is sent and no thread started yet. The place for usage and the way to other gateways stay the caller's.
    ///
    /// @param usageDays how many days usage is kept, with today
    public Gateway(
            GatewayParts parts,
            RuntimeServices runtimeServices,
            UsageStore store,
            int usageDays,
            SharedState sharedState) {
        usage = new UsageService(runtimeServices, store, usageDays);
        providerPorts = new ProviderPorts(parts.providers(), parts.ports(), runtimeServices.events());
        keyScheduler = new KeyScheduler(
                new KeyPool(
                        parts.providers(),
                        parts.catalog().virtual().targets().keySet(),
                        sharedState.status() != SharedState.Status.OFF),
                providerPorts,
                parts.limits(),
                runtimeServices,
                sharedState);
        catalog = new ModelCatalogService(parts.ids(), providerPorts, parts.catalog(), runtimeServices.events());
        clients = new ClientGate(parts.clients(), runtimeServices, usage, sharedState);
        chats = new ChatService(catalog, clients, keyScheduler, new AsyncRunner(runtimeServices.threads()));
        sharedState.listen(facts -> {
            keyScheduler.learn(facts);
            clients.learn(facts);
        });
    }

    /// A port that keeps the promises of [LlmPort] whatever the adapter does: for those who ask one without a
    /// gateway.
    /// Those of a gateway are guarded already.
    ///
    /// @param events hears what the adapter throws
    public static LlmPort guarded(ProviderId provider, LlmPort port, ChatEvents events) {
        return new GuardedPort(provider, port, events);
    }

    /// From now on it is made of these parts. What is known of keys that are still there stays known, and
    /// requests under way go on by the ports that they are on; how many may wait stays as it was. To be called
    /// by one thread at a time.
    ///
    /// @param renewed the providers that are others under a name that was there
    public void change(GatewayParts parts, Set<ProviderId> renewed) {
        keyScheduler.change(
                parts.providers(),
                parts.catalog().virtual().targets().keySet(),
                renewed,
                parts.ports(),
                parts.limits());
        catalog.change(parts.ids(), renewed, parts.catalog());
        clients.change(parts.clients());
    }

    /// Closes those of `ports` that it does not use: they were opened for a change that did not come about.
    public void closeUnused(Collection<LlmPort> ports) {
        providerPorts.closeUnused(ports);
    }

    public ChatUseCase chats() {
        return chats;
    }

    public GatewayStatusUseCase status() {
        return keyScheduler;
    }

    public ModelsUseCase models() {
        return catalog;
    }

    public ClientsUseCase clients() {
        return clients;
    }

    public UsageUseCase usage() {
        return usage;
    }

    /// Saves the usage that has changed, and waits for the store.
    ///
    /// @throws UsageStore.NotSavedException where that is not possible now; then the next call saves all of it
    public void saveUsage() {
        usage.save();
    }

    /// Closes all ports. Chats under way are ended, and so is each that begins later.
    @Override
    public void close() {
        keyScheduler.close();
        providerPorts.close();
    }
}
