package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A provider's error in any form: Groq's and OpenAI's `{"error":{…}}`, Google's list of such objects, Cerebras'
/// flat object, FastAPI's `{"detail":…}`, a proxy's page, plain text, or an empty body.
///
/// @param errorText the message; empty for none
/// @param words the message without the names of fields that FastAPI puts before it, as a client chooses these
/// @param json whether the error is a JSON object of the API, and not text that an intermediary may have sent
/// @param extras the other fields of its object, such as Groq's `failed_generation`; none if they are too large
record ErrorBody(
        String errorText,
        String words,
        @Nullable String type,
        @Nullable String param,
        @Nullable String code,
        int bodyStatus,
        boolean json,
        Extras extras) {

    private static final Set<String> TYPED_FIELDS = Set.of("message", "type", "param", "code");

    private static final Set<String> ERROR_FIELDS = Set.of("error", "message", "detail", "errors");

    /// The codes of objects that have a message but are not errors, such as "still working".
    private static final Pattern SUCCESS = Pattern.compile("(?i)0|2\\d\\d|20000|ok|success");

    /// The reasons of choices that failed, as JSON. Mistral's and OpenRouter's API references: an error ends a choice.
    /// DeepSeek's: it ran out of resources.
    private static final Set<String> FAILED = Set.of("\"error\"", "\"insufficient_system_resource\"");

    private static final int MOST_EXTRAS = 64 << 10;

    /// The statuses that `@ai-sdk/groq` 4.0.84 gives to error types without a status, and those of codes that
    /// double as types. The first name that is here decides.
    private static final Map<String, Integer> STATUS_BY_TYPE = Map.ofEntries(
            Map.entry("rate_limit_error", 429),
            Map.entry("rate_limit_exceeded", 429),
            Map.entry("too_many_requests_error", 429),
            Map.entry("too_many_tokens_error", 429),
            Map.entry("overloaded_error", 503),
            // DeepSeek's reason of a choice that failed.
            Map.entry("insufficient_system_resource", 503),
            Map.entry("service_unavailable", 503),
            Map.entry("timeout", 504),
            Map.entry("timeout_error", 504),
            Map.entry("authentication_error", 401),
            Map.entry("invalid_api_key", 401),
            Map.entry("payment_required_error", 402),
            Map.entry("permission_error", 403),
            Map.entry("permissions_error", 403),
            Map.entry("not_found_error", 404),
            Map.entry("model_not_found", 404),
            Map.entry("bad_request", 400),
            Map.entry("context_length_exceeded", 400),
            Map.entry("invalid_request_error", 400));

    static ErrorBody of(byte[] body) {
        return of(first(JsonReader.tree(body)), new String(body, StandardCharsets.UTF_8));
    }

    static ErrorBody of(JsonNode root, String text) {
        return root.isObject() ? ofObject(root) : ofText(text, false);
    }

    /// The first object of Google's list, or `tree` itself.
    static JsonNode first(JsonNode tree) {
        return tree.isArray() ? tree.path(0) : tree;
    }

    static ErrorBody ofText(String text, boolean json) {
        return new ErrorBody(text.strip(), text.strip(), null, null, null, 500, json, Extras.NONE);
    }

    /// Whether an answer with a success status contains an error, or is one. An object without choices is an error
    /// if it has a message, unless its code means success.
    static boolean isIn(JsonNode root) {
        return root.hasNonNull("error")
                || root.path("x_groq").hasNonNull("error")
                || !failedChoice(root).isMissingNode()
                || (!root.hasNonNull("choices")
                        && !errorText(root, true).isEmpty()
                        && !SUCCESS.matcher(root.path("code").asText()).matches());
    }

    /// OpenRouter puts the `error` into the choice.
    private static JsonNode failedChoice(JsonNode root) {
        for (JsonNode choice : root.path("choices")) {
            if (FAILED.contains(choice.path("finish_reason").toString())) {
                return choice;
            }
        }
        return MissingNode.getInstance();
    }

    /// Whether [#isIn] may find an error: a cheap check.
    static boolean mayBeIn(Chunk chunk) {
        Map<String, String> root = chunk.extras().fields();
        return !Collections.disjoint(root.keySet(), ERROR_FIELDS)
                || root.getOrDefault("x_groq", "").contains("error")
                || chunk.pieces().stream()
                        .anyMatch(
                                piece -> FAILED.contains(piece.extras().fields().getOrDefault("finish_reason", "")));
    }

    static ErrorBody ofObject(JsonNode root) {
        JsonNode failed = failedChoice(root);
        JsonNode error = Stream.of(root, root.path("x_groq"), failed)
                .map(node -> node.path("error"))
                .filter(node -> !node.isNull() && !node.isMissingNode())
                .findFirst()
                .orElse(root);
        if (error.isTextual()) {
            return ofText(error.textValue(), true);
        }
        JsonNode object = error.isObject() ? error : root;
        String type = text(object, "type");
        // vLLM's code is a number, and clients read a text.
        String code = object.path("code").isInt() ? object.path("code").asText() : text(object, "code");
        String finishReason = text(failed, "finish_reason");
        int status = status(root, object, Stream.of(code, type, finishReason));
        String text = errorText(object, true);
        if (text.isEmpty() && finishReason != null) {
            text = "the answer ended with " + finishReason;
        }
        String words = errorText(object, false);
        return new ErrorBody(text, words, type, text(object, "param"), code, status, true, extras(object));
    }

    private static Extras extras(JsonNode object) {
        Extras extras = WrittenJson.extrasExcept(object, TYPED_FIELDS);
        int size = extras.fields().entrySet().stream()
                .mapToInt(field -> field.getKey().length() + field.getValue().length())
                .sum();
        return size > MOST_EXTRAS ? Extras.NONE : extras;
    }

    /// Usually one text. FastAPI lists the problems in `detail`, and so does Mistral in `message.detail`
    /// (openai/openai-agents-python 442).
    private static String errorText(JsonNode object, boolean withFields) {
        JsonNode message = object.path("message");
        for (JsonNode node : List.of(message, message.path("detail"), object.path("detail"), object.path("errors"))) {
            var texts = new StringJoiner("; ");
            (node.isArray() ? node : List.of(node)).forEach(item -> addText(item, withFields, texts));
            if (texts.length() > 0) {
                return texts.toString();
            }
        }
        return "";
    }

    /// A text, or an object with one; FastAPI's is `{"type":…, "loc":["body","stream_options"], "msg":…}`.
    private static void addText(JsonNode item, boolean withFields, StringJoiner texts) {
        JsonNode text = item.isObject() ? item.path(item.has("msg") ? "msg" : "message") : item;
        if (text.isTextual() && !text.textValue().isBlank()) {
            var location = new StringJoiner(".", "", ": ").setEmptyValue("");
            if (withFields) {
                item.path("loc").forEach(step -> location.add(step.asText()));
            }
            texts.add(location.toString().replaceFirst("^body\\.", "")
                    + text.textValue().strip());
        }
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.path(field).textValue();
    }

    /// The status that the body contains, or else that of one of the `names`; 500 if none is known.
    private static int status(JsonNode root, JsonNode error, Stream<@Nullable String> names) {
        // LiteLLM's is a text (BerriAI/litellm 37599, 2026-08).
        Stream<Integer> written = Stream.of(error.path("status_code"), root.path("status_code"), error.path("code"))
                .map(JsonNode::asInt)
                .filter(status -> status >= 400 && status < 600)
                // OpenRouter's reference of errors: a timeout of OpenRouter, for which the request is not at fault.
                .map(status -> status == 408 ? 504 : status);
        Stream<Integer> named =
                names.filter(Objects::nonNull).flatMap(name -> Stream.ofNullable(STATUS_BY_TYPE.get(name)));
        return Stream.concat(written, named).findFirst().orElse(500);
    }

    /// A copy for an answer with a success status. Gives a missing message a text, because [#message] could name a
    /// status that the provider did not send.
    ErrorBody inSuccess() {
        String text = errorText.isEmpty() ? "an error without a message" : errorText;
        return new ErrorBody(text, words, type, param, code, bodyStatus, json, extras);
    }

    String message(int status) {
        if (errorText.isEmpty()) {
            return "status " + status + " without a message";
        }
        return isPage() ? "status " + status + " with a web page" : errorText;
    }

    /// Whether it is a web page, which no API sends.
    boolean isPage() {
        return !json && errorText.startsWith("<");
    }

    /// The words that identify the error, best first: its code; its type, as some providers have no codes; the reasons
    /// in Google's details, as its codes are statuses (continuedev/continue 10290, 2026-02).
    List<String> names() {
        Stream<String> reasons = extra("details")
                .valueStream()
                .map(detail -> detail.path("reason").asText());
        return Stream.concat(Stream.of(code, type).filter(Objects::nonNull), reasons)
                .toList();
    }

    /// Google's delay in the details of a 429; empty for none. The messages of older models do not name it.
    String retryDelay() {
        return extra("details").findPath("retryDelay").asText();
    }

    /// OpenRouter's rate-limit headers in the metadata of an error, which may be in a stream (Gitlawb/openclaude 936,
    /// 2026-04).
    ///
    /// @param date the answer's `Date`, from which points in time count; null for none
    Headers headers(@Nullable String date) {
        var headers = new HashMap<String, List<String>>();
        if (date != null) {
            headers.put("Date", List.of(date));
        }
        extra("metadata")
                .path("headers")
                .properties()
                .forEach(header ->
                        headers.put(header.getKey(), List.of(header.getValue().asText())));
        return Headers.of(headers);
    }

    private JsonNode extra(String name) {
        return JsonReader.singleValue(extras.fields().getOrDefault(name, ""));
    }
}
