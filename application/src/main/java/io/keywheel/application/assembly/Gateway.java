package io.keywheel.application.assembly;

import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.Surroundings;
import io.keywheel.application.service.CatalogKeeper;
import io.keywheel.application.service.ChatService;
import io.keywheel.application.service.GuardedPort;
import io.keywheel.application.service.Ledger;
import io.keywheel.application.service.Router;
import io.keywheel.application.service.Spawner;
import io.keywheel.application.service.Ways;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.ProviderId;
import java.util.Collection;
import java.util.Set;

/// The use cases over one pool of keys.
public final class Gateway implements AutoCloseable {

    private final Ways ways;
    private final Ledger ledger;
    private final CatalogKeeper catalog;
    private final ChatService chats;

    private Gateway(GatewayParts parts, Surroundings surroundings) {
        ways = new Ways(parts.providers(), parts.ports(), surroundings.events());
        ledger = new Ledger(new Wheel(parts.providers()), ways, parts.limits(), surroundings);
        catalog = new CatalogKeeper(parts.ids(), ways, parts.catalog());
        chats = new ChatService(
                new Router(catalog::providers, catalog::catalog), ledger, new Spawner(surroundings.threads()));
    }

    /// Puts a gateway together. Nothing is sent and no thread started yet.
    public static Gateway assemble(GatewayParts parts, Surroundings surroundings) {
        return new Gateway(parts, surroundings);
    }

    /// A port that keeps the promises of [LlmPort] whatever the adapter does: for those who ask one without a gateway.
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
        ledger.change(parts.providers(), renewed, parts.ports(), parts.limits());
        catalog.change(parts.ids(), renewed, parts.catalog());
    }

    /// Closes those of `ports` that it does not use: they were opened for a change that did not come about.
    public void closeUnused(Collection<LlmPort> ports) {
        ways.closeUnused(ports);
    }

    /// Chats with whichever key answers.
    public ChatUseCase chats() {
        return chats;
    }

    /// Says how the keys are.
    public GatewayStatusUseCase status() {
        return ledger;
    }

    /// Knows which models can be named.
    public ModelsUseCase models() {
        return catalog;
    }

    /// Closes all ports. Attempts under way are ended.
    @Override
    public void close() {
        ways.close();
    }
}
