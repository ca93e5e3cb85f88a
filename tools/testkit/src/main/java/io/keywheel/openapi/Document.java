package io.keywheel.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the parts of an OpenAPI document. Locations are JSON pointers to the parts, after references are
/// resolved.
///
/// OpenAPI cannot describe some answers, which are components with fixed names: `NotFound` for unlisted paths,
/// `MethodNotAllowed` for methods, `Preflight` for CORS preflights. Below `/v1`, the names begin with `OpenAi`,
/// as in `OpenAiNotFound`; below `/v1/messages` and its misspelt forms, with `Anthropic`.
final class Document {

    private static final JsonMapper JSON = new JsonMapper();

    /// Answers that are sent before the path is looked up.
    private static final Map<Integer, String> BEFORE_ALL = Map.of(
            400, "BadRequest",
            401, "Unauthorized",
            403, "Forbidden",
            408, "RequestTimeout",
            414, "UriTooLong",
            431, "HeadersTooLarge",
            503, "Unavailable",
            505, "VersionNotSupported",
            529, "Overloaded");

    private final JsonNode root;

    Document(JsonNode root) {
        this.root = root;
    }

    JsonNode at(String place) {
        return root.at(place);
    }

    boolean has(String place) {
        return !at(place).isMissingNode();
    }

    String resolved(String place) {
        JsonNode reference = at(place).path("$ref");
        return reference.isTextual() ? resolved(reference.textValue().substring(1)) : place;
    }

    Optional<String> path(String asked) {
        return at("/paths").properties().stream()
                .filter(path -> isAt(path.getValue(), path.getKey(), asked))
                .map(path -> "/paths/" + escaped(path.getKey()))
                // A path without variables takes precedence.
                .min((one, other) -> Boolean.compare(one.contains("{"), other.contains("{")));
    }

    private static boolean isAt(JsonNode item, String template, String asked) {
        int variable = template.indexOf('{');
        String fixed = variable < 0 ? template : template.substring(0, variable);
        Stream<String> roots = item.path("servers").isEmpty()
                ? Stream.of("")
                : item.path("servers")
                        .valueStream()
                        .map(server -> server.path("url").asText().replaceFirst("/$", ""));
        return roots.map(root -> root + fixed)
                .anyMatch(path -> variable < 0
                        ? asked.equals(path)
                        : asked.startsWith(path) && mayBe(item, asked.substring(path.length())));
    }

    /// Whether `value` is valid for the variable of the path.
    private static boolean mayBe(JsonNode item, String value) {
        JsonNode known =
                item.path("parameters").path(item.path("parameters").size() - 1).at("/schema/enum");
        return known.isEmpty()
                ? !value.isEmpty()
                : known.valueStream().anyMatch(one -> one.asText().equals(value));
    }

    /// The location of the requested operation, if it exists.
    Optional<String> operation(String path, String method) {
        return path(path).map(at -> at + "/" + method.toLowerCase(Locale.ROOT)).filter(this::has);
    }

    /// The location of an answer's description, if any. HEAD is described by GET, without the body.
    Optional<String> response(RecordedExchange heard) {
        Optional<String> whole = operation(heard.path(), "GET");
        if (heard.method().equals("HEAD")
                && whole.isPresent()
                && ofOperation(whole.get(), heard.status()).isEmpty()) {
            return Optional.empty();
        }
        return operation(heard.path(), heard.method())
                .map(operation -> ofOperation(operation, heard.status()))
                .orElseGet(() -> ofNone(heard));
    }

    private Optional<String> ofOperation(String operation, int status) {
        return Stream.of(String.valueOf(status), status / 100 + "XX", "default")
                .map(key -> operation + "/responses/" + key)
                .filter(this::has)
                .findFirst()
                .map(this::resolved);
    }

    private Optional<String> ofNone(RecordedExchange heard) {
        if (heard.method().equals("OPTIONS") && heard.status() == 204) {
            return Optional.of("/components/responses/Preflight");
        }
        boolean known = path(heard.path()).isPresent();
        String name = heard.status() == (known ? 405 : 404)
                ? known ? "MethodNotAllowed" : "NotFound"
                : BEFORE_ALL.get(heard.status());
        String place = "/components/responses/";
        return Optional.ofNullable(name)
                .flatMap(said -> Stream.of(api(heard.path()) + said, api(heard.path()) + "Refused")
                        .map(own -> place + own)
                        .filter(this::has)
                        .findFirst());
    }

    private static String api(String path) {
        return path.matches("(/openai)?/{1,2}v1/messages(/.*)?|((/openai)?/v1/v1)?/messages")
                ? "Anthropic"
                : path.matches("(/openai)?/v1/models(/.*)?")
                        ? "Models"
                        : path.matches("(/openai)?/v1/.*") ? "OpenAi" : "";
    }

    static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    static JsonNode text(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }
}
