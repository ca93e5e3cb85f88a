package io.keywheel.adapters.http.status;

import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.UsageUseCase;
import io.keywheel.application.port.in.UsageUseCase.Days;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `GET /api/usage` and `GET /api/requests`: the usage and the last chats of the client, or of all clients if its rule
/// allows that.
public record UsageHandler(UsageUseCase usage, ClientsUseCase clients, ActiveChats activeChats) {

    private static final HeaderName CLIENT_HEADER = HeaderNames.create("X-Keywheel-Client");

    private static final Map<String, Function<RequestRecord, String>> REQUEST_FILTERS = filters();

    /// The only client whose usage is shown, which a response header names; null for all clients.
    private @Nullable String visibleClient(ServerResponse response) {
        String client = RequestContext.current().client();
        if (client == null || clients.rule(client).seesAll()) {
            return null;
        }
        response.header(CLIENT_HEADER, client);
        return client;
    }

    public void usage(ServerRequest request, ServerResponse response) {
        activeChats.awaitRecords();
        Parameters query = request.query();
        requireOnly(query, List.of("from", "to", "by"));
        LocalDate from = day(query, "from");
        LocalDate to = day(query, "to");
        if (from != null && to != null && from.isAfter(to)) {
            throw RefusedException.invalid("from", "from must not be after to");
        }
        Days days = usage.days().within(from, to);
        List<UsageDimension> by = dimensions(query);
        List<UsageSum> sums = usage.usage(days, by, visibleClient(response));
        response.headers().add(HeaderValues.create(HeaderNames.VARY, "Accept"));
        if (AcceptHeader.prefers(request, "text/csv")) {
            response.header(HeaderNames.CONTENT_TYPE, "text/csv; charset=utf-8");
            HttpResponses.send(request, response, UsageCsv.of(by, sums).getBytes(StandardCharsets.UTF_8));
            return;
        }
        HttpResponses.stream(
                request,
                response,
                json -> json.put("from", days.first().toString())
                        .put("to", days.last().toString())
                        .putObjects("rows", sums, (row, sum) -> write(row, by, sum)));
    }

    private static void write(JsonWriter json, List<UsageDimension> by, UsageSum sum) throws IOException {
        for (int i = 0; i < by.size(); i++) {
            json.put(by.get(i).name().toLowerCase(Locale.ROOT), sum.values().get(i));
        }
        for (var count : UsageCsv.counts(sum.totals()).entrySet()) {
            json.put(count.getKey(), count.getValue());
        }
    }

    private static @Nullable LocalDate day(Parameters query, String name) {
        if (!query.contains(name)) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(query.get(name));
            // Java also reads years of more digits, which a date in JSON cannot have.
            if (day.getYear() >= 0 && day.getYear() <= 9999) {
                return day;
            }
        } catch (DateTimeParseException _) {
            // Refused below.
        }
        throw RefusedException.invalid(name, name + " must be a day, as 2026-11-28");
    }

    private static List<UsageDimension> dimensions(Parameters query) {
        if (!query.contains("by")) {
            return List.of(UsageDimension.values());
        }
        return Arrays.stream(query.get("by").split(",", -1))
                .map(String::strip)
                .map(UsageHandler::dimension)
                .distinct()
                .toList();
    }

    private static UsageDimension dimension(String name) {
        return Arrays.stream(UsageDimension.values())
                .filter(dimension -> dimension.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> RefusedException.invalid(
                        "by", "by must be some of client, model, provider and day, separated by commas"));
    }

    /// Refuses unknown parameters, because a misspelt filter would not filter.
    private static void requireOnly(Parameters query, List<String> names) {
        for (String name : query.names()) {
            if (!names.contains(name)) {
                throw RefusedException.invalid(name, "the query may have " + String.join(", ", names));
            }
            if (query.all(name).size() > 1) {
                throw RefusedException.invalid(name, "the query may have one " + name);
            }
        }
    }

    private static Map<String, Function<RequestRecord, String>> filters() {
        var filters = new LinkedHashMap<String, Function<RequestRecord, String>>();
        filters.put("id", RequestRecord::id);
        filters.put("client", RequestRecord::client);
        filters.put("api", RequestRecord::api);
        filters.put("model", UsageHandler::model);
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
        requireOnly(query, List.copyOf(REQUEST_FILTERS.keySet()));
        String client = visibleClient(response);
        List<RequestRecord> found =
                usage.requests(each -> (client == null || each.client().equals(client))
                        && REQUEST_FILTERS.entrySet().stream()
                                .allMatch(filter -> !query.contains(filter.getKey())
                                        || filter.getValue().apply(each).equals(query.get(filter.getKey()))));
        HttpResponses.stream(request, response, json -> json.putObjects("requests", found, UsageHandler::write));
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
                .putObjects("trail", request.ending().trail(), UsageHandler::write);
    }

    private static void write(JsonWriter json, EndedAttempt attempt) throws IOException {
        json.put("key", attempt.target().key().slot().toString())
                .put("model", attempt.target().model().value())
                .put("outcome", attempt.outcome().label())
                .put("wait_ms", attempt.waitTime().toMillis())
                .put("duration_ms", attempt.duration().toMillis());
    }
}
