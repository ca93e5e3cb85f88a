package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.domain.client.ClientRule;
import java.util.List;

/// Which models the client of a request may name.
record AllowedModels(ClientRule rule) {

    /// Those of the client whose request this thread works for.
    static AllowedModels of(ClientsUseCase clients) {
        return new AllowedModels(clients.rule(RequestContext.current().client()));
    }

    boolean areAll() {
        return rule.models().isEmpty();
    }

    boolean includes(String name, String owner) {
        return rule.allows(owner.equals(ModelRoutes.OURS) ? List.of(name) : List.of(name, owner + "/" + name));
    }
}
