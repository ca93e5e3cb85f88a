package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which models the client of a request may name.
///
/// @param client its name
record AllowedModels(String client, ClientRule rule) {

    /// Those of the client whose request this thread works for.
    static AllowedModels of(ClientsUseCase clients) {
        String client = ClientRules.nameOf(RequestContext.current().client());
        return new AllowedModels(client, clients.rule(client));
    }

    boolean areAll() {
        return rule.models().isEmpty();
    }

    /// @param owner null where no provider is known to serve it
    boolean includes(String name, @Nullable String owner) {
        return rule.allows(
                owner == null || owner.equals(ModelRoutes.OURS) ? List.of(name) : List.of(name, owner + "/" + name));
    }

    /// As a chat would.
    ///
    /// @throws ClientRefusedException if it may not
    void mustInclude(String name, @Nullable String owner) {
        if (!includes(name, owner)) {
            throw ClientRefusedException.notAllowed(client, name, rule);
        }
    }
}
