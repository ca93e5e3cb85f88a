package io.keywheel.adapters.http.status;

import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.RequestRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// `GET /api/requests`: the last chats of the client, or of all clients if its rule allows that.
public record RequestsHandler(UsageUseCase usage, ClientsUseCase clients, ActiveChats activeChats) {

    private static final Map<String, Function<RequestRecord, String>> FILTERS = filters();

    private static Map<String, Function<RequestRecord, String>> filters() {
        var filters = new LinkedHashMap<String, Function<RequestRecord, String>>();
        filters.put("id", RequestRecord::id);
        filters.put("client", RequestRecord::client);
        filters.put("api", RequestRecord::api);
        filters.put("model", RequestsHandler::model);
        filters.put("provider", RequestRecord::provider);
        filters.put("status", request -> String.valueOf(request.ending().status()));
        filters.put("outcome", request -> request.ending().outcome().label());
        return filters;
    }

    /// The model of the last attempt, else the requested one.
    private static String model(RequestRecord request) {
        return request.model().isEmpty() ? request.requestedModel() : request.model();
    }

    public void requests(ServerRequest request, ServerResponse response) {
        activeChats.awaitRecords();
        Parameters query = request.query();
        UsageHandler.requireOnly(query, List.copyOf(FILTERS.keySet()));
        String client = UsageHandler.visibleClient(clients, response);
        List<RequestRecord> found =
                usage.requests(each -> (client == null || each.client().equals(client))
                        && FILTERS.entrySet().stream()
                                .allMatch(filter -> !query.contains(filter.getKey())
                                        || filter.getValue().apply(each).equals(query.get(filter.getKey()))));
        HttpResponses.stream(request, response, json -> json.putObjects("requests", found, RequestsHandler::write));
    }

    private static void write(JsonWriter json, RequestRecord request) throws IOException {
        var firstContent = request.timing().firstContent();
        json.put("time", request.timing().began())
                .put("id", request.id())
                .put("client", request.client())
                .put("api", request.api())
                .put("model", model(request))
                .put("provider", request.provider())
                .put("status", request.ending().status())
                .put("outcome", request.ending().outcome().label())
                .put("attempts", request.ending().attempts())
                .put("first_content_ms", firstContent == null ? null : firstContent.toMillis())
                .put("duration_ms", request.timing().duration().toMillis())
                .put("input_tokens", request.tokens().promptTokens())
                .put("output_tokens", request.tokens().completionTokens())
                .putObjects("trail", request.ending().trail(), RequestsHandler::write);
    }

    private static void write(JsonWriter json, EndedAttempt attempt) throws IOException {
        json.put("key", attempt.target().key().slot().toString())
                .put("model", attempt.target().model().value())
                .put("outcome", attempt.outcome().label())
                .put("wait_ms", attempt.waitTime().toMillis())
                .put("duration_ms", attempt.duration().toMillis());
    }
}
