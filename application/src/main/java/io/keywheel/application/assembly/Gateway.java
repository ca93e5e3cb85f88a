package io.keywheel.application.assembly;

import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.GatewayStatusUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.service.CatalogKeeper;
import io.keywheel.application.service.ChatService;
import io.keywheel.application.service.Ledger;
import io.keywheel.application.service.Router;
import io.keywheel.application.service.Spawner;
import io.keywheel.domain.health.Wheel;
import io.keywheel.domain.routing.ProviderProfile;

/// The use cases over one pool of keys.
///
/// @param chats chats with whichever key answers
/// @param status says how the keys are
/// @param models knows which models can be named
public record Gateway(ChatUseCase chats, GatewayStatusUseCase status, ModelsUseCase models) {

    /// Puts a gateway together. Nothing is sent and no thread started yet.
    public static Gateway assemble(GatewayParts parts) {
        var ledger = new Ledger(new Wheel(parts.providers()), parts.limits(), parts.surroundings());
        var catalog = new CatalogKeeper(parts.providers(), parts.ports(), parts.catalog());
        var router =
                new Router(parts.providers().stream().map(ProviderProfile::id).toList(), catalog::catalog);
        var spawner = new Spawner(parts.surroundings().threads());
        return new Gateway(new ChatService(router, ledger, parts.ports(), spawner), ledger, catalog);
    }
}
