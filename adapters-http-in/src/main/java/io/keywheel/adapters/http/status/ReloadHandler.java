package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.routing.PoolKey;
import java.util.List;
import java.util.function.Supplier;

/// `POST /api/reload`: reloads the settings.
///
/// Pages of other origins cannot reload: sending JSON needs a preflight request, which is refused.
public record ReloadHandler(Supplier<Reloaded> reloading, BodyReader bodyReader) {

    public void reload(ServerRequest request, ServerResponse response) {
        bodyReader.requireNoFields(request);
        HttpResponses.send(request, response, toJson(reloading.get()));
    }

    private static ObjectNode toJson(Reloaded reloaded) {
        ObjectNode body = JsonWriter.object().put("reloaded", true);
        reloaded.changed().forEach(body.putArray("changed")::add);
        addNames(reloaded.keys().added(), body.putArray("added"));
        addNames(reloaded.keys().removed(), body.putArray("removed"));
        body.put("kept", reloaded.keys().kept());
        Reloaded.Tokens tokens = reloaded.tokens();
        body.putObject("access_tokens")
                .put("added", tokens.added())
                .put("removed", tokens.removed())
                .put("now", tokens.now());
        reloaded.warnings().forEach(body.putArray("warnings")::add);
        reloaded.needsRestart().forEach(body.putArray("needs_restart")::add);
        return body;
    }

    private static void addNames(List<PoolKey> keys, ArrayNode names) {
        keys.forEach(key -> names.add(key.slot() + " " + key.fingerprint()));
    }
}
