package io.keywheel.application.service;

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
import io.keywheel.domain.routing.ProviderId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The use cases over one pool of keys.
public final class Gateway implements AutoCloseable {

    private final ProviderPorts providerPorts;
    private final KeyScheduler keyScheduler;
    private final ModelCatalogService catalog;
    private final ClientGate clients;
    private final UsageService usage;
    private final ChatService chats;

    /// Sends nothing and starts no thread. The caller closes `store` and `sharedState`.
    ///
    /// @param usageDays the number of days for which usage is kept, including today
    /// @param sharedState null if nothing is shared
    public Gateway(
            GatewayParts parts,
            RuntimeServices runtimeServices,
            UsageStore store,
            int usageDays,
            @Nullable SharedState sharedState) {
        usage = new UsageService(runtimeServices, store, usageDays);
        providerPorts = new ProviderPorts(parts.providers(), parts.ports(), runtimeServices.events());
        keyScheduler = new KeyScheduler(parts, providerPorts, runtimeServices, sharedState);
        catalog = new ModelCatalogService(parts.ids(), providerPorts, parts.catalog(), runtimeServices.events());
        clients = new ClientGate(parts.clients(), runtimeServices, usage, sharedState);
        chats = new ChatService(catalog, clients, keyScheduler, runtimeServices.threads());
        if (sharedState != null) {
            sharedState.listen(
                    facts -> {
                        keyScheduler.learn(facts);
                        clients.learn(facts);
                    },
                    keyScheduler::repeat);
        }
    }

    /// Wraps a port so that it keeps the contract of [LlmPort] even if its adapter does not. For use without a
    /// gateway, which wraps its ports itself.
    ///
    /// @param events receives the exceptions of the adapter
    public static LlmPort guarded(ProviderId provider, LlmPort port, ChatEvents events) {
        return new GuardedPort(provider, port, events);
    }

    /// Replaces the parts of the gateway. Remaining keys keep their state, and active requests keep their ports.
    /// The bound of waiting requests does not change. To be called by one thread at a time.
    ///
    /// @param replaced providers that have the same name as before, but are different ones
    public void change(GatewayParts parts, Set<ProviderId> replaced) {
        keyScheduler.change(parts, replaced);
        catalog.change(parts.ids(), replaced, parts.catalog());
        clients.change(parts.clients());
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
    /// @throws UsageStore.NotSavedException if the store cannot save now; the next call then saves everything
    public void saveUsage() {
        usage.save();
    }

    /// Closes all ports. Active chats and later ones end with `ChatCancelledException`; a chat that may make no further
    /// attempt, as without this.
    @Override
    public void close() {
        keyScheduler.close();
        providerPorts.close();
    }
}
