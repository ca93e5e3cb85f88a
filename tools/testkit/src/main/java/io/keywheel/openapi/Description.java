package io.keywheel.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Validates HTTP exchanges against an OpenAPI document. Thread-safe.
public final class Description {

    /// Headers that HTTP defines, or that the document describes in its text for all answers.
    private static final Set<String> EVERYWHERE = Set.of(
            "access-control-allow-origin",
            "access-control-expose-headers",
            "connection",
            "content-length",
            "content-type",
            "date",
            "transfer-encoding",
            "vary",
            ":status");

    private static final String HERE = "https://keywheel.invalid/openapi";

    private final Document document;
    private final SchemaRegistry registry;

    /// The schemas, compiled at their first use.
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /// @param document whose strings are all that it needs
    public Description(JsonNode document) {
        this.document = new Document(document);
        registry = SchemaRegistry.withDialect(
                Dialects.getOpenApi31(),
                builder -> builder.schemas(Map.of(HERE, document.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .locale(Locale.ENGLISH)
                                .build()));
    }

    /// @param yaml an OpenAPI document
    public static Description read(InputStream yaml) {
        try (yaml) {
            Map<String, ?> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            return new Description(new JsonMapper().valueToTree(read));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends `request`, and fails if the answer does not match the document.
    public HttpResponse<String> send(HttpClient client, HttpRequest request) {
        try {
            return checked(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// As [#send], without waiting. Cancelling the result cancels the request.
    public CompletableFuture<HttpResponse<String>> sendAsync(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(this::checked);
    }

    private HttpResponse<String> checked(HttpResponse<String> answer) {
        check(RecordedExchange.of(answer, answer.body()));
        return answer;
    }

    /// Fails if `heard` does not match the document.
    public void check(RecordedExchange heard) {
        assertEquals(List.of(), faults(heard));
    }

    /// Fails if `value` does not match a schema.
    ///
    /// @param schema the JSON pointer to the schema
    public void check(String schema, JsonNode value) {
        assertEquals(List.of(), faults(schema, value));
    }

    /// The differences between `heard` and the document; empty if there are none.
    public List<String> faults(RecordedExchange heard) {
        return document.response(heard)
                .map(response -> Stream.of(asked(heard), headers(heard, response), body(heard, response))
                        .flatMap(faults -> faults))
                .orElseGet(() -> Stream.of("this status is not described"))
                .map(fault -> heard + ": " + fault)
                .toList();
    }

    /// The differences between `value` and a schema; empty if there are none.
    ///
    /// @param schema the JSON pointer to the schema
    public List<String> faults(String schema, JsonNode value) {
        return schemas
                .computeIfAbsent(schema, at -> registry.getSchema(SchemaLocation.of(HERE + "#" + at)))
                .validate(value)
                .stream()
                .map(fault -> fault + " in " + value)
                .toList();
    }

    public static List<String> faultsOfSchema(JsonNode schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
                .validate(schema)
                .stream()
                .map(Object::toString)
                .toList();
    }

    public JsonNode document() {
        return document.at("");
    }

    /// A request that was accepted must match the document, too.
    private Stream<String> asked(RecordedExchange heard) {
        if (heard.status() / 100 != 2 || heard.asked().isEmpty()) {
            return Stream.empty();
        }
        return document
                .operation(heard.path(), heard.method())
                .map(operation -> document.resolved(operation + "/requestBody") + "/content/application~1json/schema")
                .filter(document::has)
                .stream()
                .flatMap(schema -> faults(schema, Document.json(heard.asked())).stream())
                .map(fault -> "accepted, and " + fault);
    }

    private Stream<String> headers(RecordedExchange heard, String response) {
        String place = response + "/headers";
        var unknown = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        unknown.addAll(heard.headers().keySet());
        unknown.removeIf(name -> EVERYWHERE.contains(name.toLowerCase(Locale.ROOT)));
        document.at(place).fieldNames().forEachRemaining(unknown::remove);
        return Stream.concat(
                unknown.stream().map(name -> "the header " + name + " is not described"),
                document.at(place).properties().stream()
                        .flatMap(header -> header(
                                header.getKey(),
                                document.resolved(place + "/" + header.getKey()),
                                heard.headers().getOrDefault(header.getKey(), List.of()))));
    }

    private Stream<String> header(String name, String place, List<String> values) {
        boolean missing =
                values.isEmpty() && document.at(place).path("required").asBoolean();
        String schema = place + "/schema";
        boolean number =
                document.at(document.resolved(schema)).path("type").asText().equals("integer");
        return missing
                ? Stream.of("the header " + name + " is missing")
                : values.stream()
                        .map(value -> number ? Document.json(value) : Document.text(value))
                        .flatMap(value -> faults(schema, value).stream())
                        .map(fault -> "the header " + name + fault);
    }

    private Stream<String> body(RecordedExchange heard, String response) {
        String media = response + "/content/" + Document.escaped(heard.mediaType());
        if (!document.has(response + "/content")) {
            return heard.body().isEmpty() ? Stream.empty() : Stream.of("no body is described");
        }
        if (!document.has(media)) {
            return Stream.of("the media type " + heard.mediaType() + " is not described");
        }
        if (document.has(media + "/x-events")) {
            return RecordedExchange.events(heard.body()).stream()
                    .flatMap(event -> faults(media + "/x-events", event).stream());
        }
        boolean json = heard.mediaType().equals("application/json");
        return faults(media + "/schema", json ? Document.json(heard.body()) : Document.text(heard.body())).stream();
    }
}
