package io.keywheel.adapters.http.status;

import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.RequestRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// `GET /api/requests`: the last chats, those of the client alone unless its rule says more.
public record RequestRoutes(UsageUseCase usage, ClientsUseCase clients) {

    private static final Map<String, Function<RequestRecord, String>> FILTERS = filters();

    public void register(Routes routes) {
        routes.get("/api/requests", this::requests);
    }

    private static Map<String, Function<RequestRecord, String>> filters() {
        var filters = new LinkedHashMap<String, Function<RequestRecord, String>>();
        filters.put("id", RequestRecord::id);
        filters.put("client", RequestRecord::client);
        filters.put("api", RequestRecord::api);
        filters.put("model", RequestRoutes::model);
        filters.put("provider", RequestRecord::provider);
        filters.put("status", request -> String.valueOf(request.ending().status()));
        filters.put("outcome", request -> request.ending().outcome());
        return filters;
    }

    /// Of the last attempt, else the one that was asked for.
    private static String model(RequestRecord request) {
        return request.model().isEmpty() ? request.asked() : request.model();
    }

    private void requests(ServerRequest request, ServerResponse response) {
        Parameters query = request.query();
        UsageRoutes.mustKnow(query, List.copyOf(FILTERS.keySet()));
        String client = UsageRoutes.seen(clients, response);
        List<RequestRecord> found =
                usage.requests(each -> (client == null || each.client().equals(client))
                        && FILTERS.entrySet().stream()
                                .allMatch(filter -> !query.contains(filter.getKey())
                                        || filter.getValue().apply(each).equals(query.get(filter.getKey()))));
        Responses.stream(
                request, response, json -> JsonWriter.writeObjects(json, "requests", found, RequestRoutes::write));
    }

    private static void write(JsonGenerator json, RequestRecord request) throws IOException {
        json.writeStringField("time", JsonWriter.moment(request.timing().began()));
        json.writeStringField("id", request.id());
        json.writeStringField("client", request.client());
        json.writeStringField("api", request.api());
        json.writeStringField("model", model(request));
        json.writeStringField("provider", request.provider());
        json.writeNumberField("status", request.ending().status());
        json.writeStringField("outcome", request.ending().outcome());
        json.writeNumberField("attempts", request.ending().attempts());
        var firstContent = request.timing().firstContent();
        if (firstContent == null) {
            json.writeNullField("first_content_ms");
        } else {
            json.writeNumberField("first_content_ms", firstContent.toMillis());
        }
        json.writeNumberField("duration_ms", request.timing().took().toMillis());
        json.writeNumberField("input_tokens", request.tokens().promptTokens());
        json.writeNumberField("output_tokens", request.tokens().completionTokens());
        JsonWriter.writeObjects(json, "trail", request.ending().trail(), RequestRoutes::write);
    }

    private static void write(JsonGenerator json, EndedAttempt attempt) throws IOException {
        json.writeStringField("key", attempt.target().key().slot().toString());
        json.writeStringField("model", attempt.target().model().value());
        json.writeStringField("outcome", attempt.outcome());
        json.writeNumberField("wait_ms", attempt.waited().toMillis());
        json.writeNumberField("duration_ms", attempt.took().toMillis());
    }
}
