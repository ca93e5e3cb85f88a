package io.keywheel.adapters.http.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.ModelsUseCase;
import io.keywheel.application.port.in.UnknownModelException;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `GET /v1/models` and `GET /v1/models/{id}`: the models that this client can name in a chat. OpenAI and
/// Anthropic use the same paths with different fields. `POST /api/models/refresh`: a refresh in the background.
public record ModelHandlers(
        ModelsUseCase models, BooleanSupplier modelRefresh, ClientsUseCase clients, BodyReader bodyReader) {

    /// Only Anthropic's clients send it.
    public static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");

    private static final String KEYWHEEL = "keywheel";

    public void list(ServerRequest request, ServerResponse response) {
        ObjectNode body = JsonWriter.object().put("object", "list");
        var data = body.putArray("data");
        boolean forAnthropic = request.headers().contains(ANTHROPIC_VERSION);
        ClientRule rule = clients.rule(client());
        ModelCatalog catalog = models.catalog();
        // All models are one page: none is before its first or after its last.
        boolean isOtherPage = forAnthropic
                && Stream.of("after_id", "before_id")
                        .map(request.query()::first)
                        .anyMatch(id -> !id.orElse("").isEmpty());
        names(catalog).forEach((name, owner) -> {
            if (!isOtherPage && rule.allows(name, null, catalog)) {
                data.add(model(name, owner, forAnthropic));
            }
        });
        if (forAnthropic) {
            // Koog 1.1 refuses nulls here.
            body.put("has_more", false)
                    .put("first_id", data.path(0).path("id").textValue())
                    .put("last_id", data.path(data.size() - 1).path("id").textValue());
        }
        HttpResponses.send(request, response, body);
    }

    public void one(ServerRequest request, ServerResponse response) {
        String id = request.path().pathParameters().get("id");
        ModelCatalog catalog = models.catalog();
        String owner = ownerOf(id, catalog);
        ClientRule rule = clients.rule(client());
        if (!rule.allows(id, null, catalog)) {
            throw ClientRefusedException.notAllowed(client(), id, rule);
        }
        if (owner == null) {
            throw new UnknownModelException(id, rule.models().isEmpty() ? catalog.nearestTo(id) : List.of());
        }
        boolean forAnthropic = request.headers().contains(ANTHROPIC_VERSION);
        HttpResponses.send(request, response, model(id, owner, forAnthropic));
    }

    public void refresh(ServerRequest request, ServerResponse response) {
        bodyReader.requireNoFields(request);
        HttpResponses.send(request, response, JsonWriter.object().put("started", modelRefresh.getAsBoolean()));
    }

    private static String client() {
        return ClientRules.nameOf(RequestContext.current().client());
    }

    private static ObjectNode model(String id, String owner, boolean forAnthropic) {
        // The creation time is unknown, but OpenAI's format requires a number.
        ObjectNode model = JsonWriter.object()
                .put("id", id)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", owner);
        return forAnthropic
                ? model.put("type", "model")
                        .put("display_name", id)
                        .put("created_at", "1970-01-01T00:00:00Z")
                        .put("lifecycle", "active")
                : model;
    }

    /// All names with their owners, virtual models first. If a virtual model or an earlier provider has the same
    /// id, the provider is put in front.
    private static SequencedMap<String, String> names(ModelCatalog catalog) {
        var names = new LinkedHashMap<String, String>();
        catalog.virtual().names().forEach(name -> names.put(name, KEYWHEEL));
        catalog.models().forEach((provider, ids) -> {
            for (ModelId id : ids) {
                Stream.of(id.value(), provider + "/" + id)
                        .filter(name -> catalog.virtual().find(name).isEmpty() && !names.containsKey(name))
                        .findFirst()
                        .ifPresent(name -> names.put(name, provider.value()));
            }
        });
        return names;
    }

    /// The owner of the model `name`; null if no provider is known to serve it.
    private static @Nullable String ownerOf(String name, ModelCatalog catalog) {
        if (catalog.virtual().find(name).isPresent()) {
            return KEYWHEEL;
        }
        if (!ModelId.isValid(name)) {
            return null;
        }
        return catalog.find(new ModelId(name), null)
                .filter(catalog::knows)
                .map(route -> route.provider().value())
                .orElse(null);
    }
}
