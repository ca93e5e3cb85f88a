package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ReloadUseCase;
import io.keywheel.application.port.in.Reloaded;
import io.keywheel.domain.routing.PoolKey;
import java.util.List;

/// `POST /api/reload`: has the settings read anew.
///
/// Pages of other origins cannot reload: sending JSON needs a preflight request, which is refused.
public record ReloadRoutes(ReloadUseCase reloading, BodyReader bodyReader, ErrorSender errorSender) {

    public void register(Routes routes) {
        routes.post("/api/reload", this::reload);
    }

    private void reload(ServerRequest request, ServerResponse response) {
        bodyReader.noFields(request);
        try {
            Responses.send(request, response, Status.OK_200, said(reloading.reload()));
        } catch (BadSettingsException e) {
            errorSender.send(request, response, refused(e));
        }
    }

    private static ErrorResponse refused(BadSettingsException e) {
        ObjectNode details = JsonWriter.object();
        e.problems().forEach(details.putArray("problems")::add);
        return new ErrorResponse(
                422, "bad_settings", "the settings cannot be used, and nothing has changed", details, null);
    }

    private static ObjectNode said(Reloaded reloaded) {
        ObjectNode said = JsonWriter.object().put("reloaded", true);
        reloaded.changed().forEach(said.putArray("changed")::add);
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
        ArrayNode names = JsonWriter.array();
        keys.forEach(key -> names.add(key.slot() + " " + key.fingerprint()));
        return names;
    }
}
