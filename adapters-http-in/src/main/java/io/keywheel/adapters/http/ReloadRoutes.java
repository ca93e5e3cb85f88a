package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.application.port.in.ReloadUseCase;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// `POST /api/reload`: has the settings read anew.
///
/// A page of another origin may not ask for it: it cannot send JSON without asking beforehand, and the gate does
/// not let it in.
final class ReloadRoutes implements HttpService {

    private final ReloadUseCase reloading;
    private final Body body;
    private final Errors errors;

    ReloadRoutes(ReloadUseCase reloading, Body body, Errors errors) {
        this.reloading = reloading;
        this.body = body;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).post("/api/reload", this::reload);
    }

    private void reload(ServerRequest request, ServerResponse response) {
        body.noFields(request);
        Replies.send(request, response, Status.OK_200, said(reloading.reload()));
    }

    private static ObjectNode said(Reloaded reloaded) {
        ObjectNode said = Json.object().put("reloaded", true);
        said.set("added", named(reloaded.added()));
        said.set("removed", named(reloaded.removed()));
        said.put("kept", reloaded.kept());
        Reloaded.Tokens tokens = reloaded.tokens();
        said.putObject("access_tokens")
                .put("added", tokens.added())
                .put("removed", tokens.removed())
                .put("now", tokens.now());
        reloaded.warnings().forEach(said.putArray("warnings")::add);
        reloaded.needsRestart().forEach(said.putArray("needs_restart")::add);
        return said;
    }

    private static ArrayNode named(List<PoolKey> keys) {
        ArrayNode names = Json.array();
        keys.forEach(key -> names.add(key.slot() + " " + key.fingerprint()));
        return names;
    }
}
