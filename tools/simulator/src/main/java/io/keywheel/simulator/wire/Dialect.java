package io.keywheel.simulator.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.quota.Quotas.Gauge;
import io.keywheel.simulator.quota.Quotas.Refused;
import io.keywheel.simulator.quota.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A provider's API: the requests that it accepts, its answers and its errors. Subclasses override the
/// differences of one provider.
public abstract class Dialect {

    /// OpenAI's limit; the providers document none.
    static final int MOST_CHOICES = 128;

    /// Documented by both providers.
    static final int MOST_STOPS = 4;

    private static final Set<String> TOOL_PROPERTIES = Set.of("type", "function");
    private static final Set<String> PART_PROPERTIES = Set.of("type", "text", "image_url", "document");
    private static final Set<String> CALL_PROPERTIES = Set.of("id", "type", "function");

    public final String name;

    final List<Model> models;

    private final Set<String> properties;
    private final Map<Mistake, ProviderError> mistakes;

    /// @param properties those that a chat may have; empty if the provider ignores unknown ones
    /// @param mistakes a line for each mistake: its name, its [ProviderError#row], and the message. Both may have
    ///     placeholders for its details
    Dialect(String name, List<Model> models, Set<String> properties, String mistakes) {
        this.name = name;
        this.models = models;
        this.properties = properties;
        this.mistakes = mistakes.lines()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(words -> Mistake.valueOf(words[0]), words -> ProviderError.line(words[1])));
    }

    Optional<Model> model(String id) {
        return models.stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// The error for an invalid chat; empty if it is valid.
    public final Optional<ProviderError> refusal(Chat chat) {
        return unserved(chat.model())
                .or(() -> unknownProperty(chat).map(property -> error(Mistake.PROPERTY, property)))
                .or(() -> violation(chat).map(message -> error(Mistake.VALUE, message, message.split(" ", 2)[0])))
                .or(() -> tooLong(chat));
    }

    private Optional<String> unknownProperty(Chat chat) {
        return properties.isEmpty()
                ? Optional.empty()
                : unknownProperty(chat.body(), properties)
                        .or(() -> unknownProperty(chat.tools().stream(), TOOL_PROPERTIES));
    }

    /// The error for an unknown model; empty for a known one.
    Optional<ProviderError> unserved(String model) {
        return model(model).isPresent() ? Optional.empty() : Optional.of(error(Mistake.MODEL, model));
    }

    /// The message about a value that the provider does not accept; empty if there is none.
    abstract Optional<String> violation(Chat chat);

    private Optional<ProviderError> tooLong(Chat chat) {
        int length = chat.promptTokens();
        return model(chat.model())
                .filter(model -> length > model.context())
                .map(model -> error(Mistake.LENGTH, length, model.context()));
    }

    final boolean wantsTooLong(Chat chat) {
        return model(chat.model())
                .filter(model -> chat.maxTokens().orElse(0) > model.output())
                .isPresent();
    }

    abstract boolean reasons(Chat chat);

    public int reservedCompletion(Chat chat, Answers answers) {
        return chat.maxTokens().orElse(answers.completionTokens());
    }

    public boolean caches(String model) {
        return false;
    }

    /// Whether cached tokens count towards the limits.
    public boolean countsCached() {
        return true;
    }

    /// The headers of every answer.
    public abstract Map<String, String> headers(Stamp stamp);

    /// The rate-limit headers. Both providers report only requests per day and tokens per minute.
    public abstract Map<String, String> gauges(List<Gauge> gauges);

    /// What a provider accepts as messages, and the texts of its errors.
    ///
    /// @param role for another role, with placeholders for the message's index and role
    /// @param property for another property, with placeholders for these and the property
    record MessageRules(Set<String> roles, Set<String> properties, String none, String role, String property) {

        Optional<String> violation(List<JsonNode> messages) {
            for (int i = 0; i < messages.size(); i++) {
                String name = messages.get(i).path("role").asText();
                if (!roles.contains(name)) {
                    return Optional.of(role.formatted(i, name));
                }
                JsonNode message = messages.get(i);
                Optional<String> unknown = unknownProperty(message, properties)
                        .or(() -> unknownProperty(message.path("content").valueStream(), PART_PROPERTIES))
                        .or(() -> unknownProperty(message.path("tool_calls").valueStream(), CALL_PROPERTIES));
                if (unknown.isPresent()) {
                    return Optional.of(property.formatted(i, name, unknown.get()));
                }
            }
            return messages.isEmpty() ? Optional.of(none) : Optional.empty();
        }
    }

    /// @param daily the suffix of headers about requests per day
    /// @param minutely the suffix of headers about tokens per minute
    /// @param time formats a duration
    static Map<String, String> gauges(
            List<Gauge> gauges, String daily, String minutely, Function<Duration, String> time) {
        var headers = new LinkedHashMap<String, String>();
        for (Gauge gauge : gauges) {
            if (gauge.window() == Window.RPD || gauge.window() == Window.TPM) {
                var what = gauge.window() == Window.RPD ? daily : minutely;
                headers.put("x-ratelimit-limit-" + what, Long.toString(gauge.limit()));
                headers.put("x-ratelimit-remaining-" + what, Long.toString(gauge.remaining()));
                headers.put("x-ratelimit-reset-" + what, time.apply(gauge.reset()));
            }
        }
        return headers;
    }

    public String eventStream() {
        return "text/event-stream";
    }

    // Models

    public final List<Step> models(Stamp stamp, List<Model> more) {
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        Stream.concat(models.stream(), more.stream()).forEach(model -> data.add(entry(model)));
        return Reply.json(200, headers(stamp), list);
    }

    public final List<Step> model(Stamp stamp, String id) {
        var error = error(Mistake.MODEL, id);
        return model(id)
                .map(model -> Reply.json(200, headers(stamp), entry(model)))
                .orElseGet(() -> Reply.json(error.status(), headers(stamp), error(error)));
    }

    ObjectNode entry(Model model) {
        return Json.object()
                .put("id", model.id())
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", model.owner());
    }

    // Answers

    public final JsonNode completion(Chat chat, Answers answers, Stamp stamp) {
        var choices = Json.array();
        for (int index = 0; index < answers.choices().size(); index++) {
            Answer answer = answers.choices().get(index);
            var choice = Json.object().put("index", index);
            choice.set("message", message(answer, stamp, index));
            decorate(choice, chat, answer.text());
            choices.add(choice.put("finish_reason", answer.finish()));
        }
        ObjectNode root = root(chat, stamp, "chat.completion", choices);
        end(root, answers, stamp);
        return root;
    }

    private ObjectNode message(Answer answer, Stamp stamp, int index) {
        var message = Json.object().put("role", "assistant");
        if (!answer.reasoning().isEmpty()) {
            message.put(reasoningField(), String.join("", answer.reasoning()));
        }
        content(message, answer);
        for (int i = 0; i < answer.calls().size(); i++) {
            Answer.Call call = answer.calls().get(i);
            message.withArray("tool_calls").add(call(callId(stamp, index, i), call.tool(), call.arguments()));
        }
        return message;
    }

    /// Ids are unique within an answer.
    private String callId(Stamp stamp, int choice, int call) {
        return callId(stamp, choice + call * MOST_CHOICES);
    }

    static ObjectNode call(String id, String tool, String arguments) {
        var call = Json.object().put("id", id).put("type", "function");
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return call;
    }

    /// A chunk of a stream, which may still be changed.
    ///
    /// @param token whether the chunk contains text, reasoning or a part of a tool call
    record Chunk(ObjectNode json, boolean token) {}

    /// The events of a stream without `[DONE]`. The chunks of all choices alternate.
    public final List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        var streams = new ArrayList<List<Chunk>>();
        for (int index = 0; index < answers.choices().size(); index++) {
            streams.add(chunks(chat, answers.choices().get(index), index, stamp));
        }
        var chunks = new ArrayList<Chunk>();
        int longest = streams.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            int row = i;
            streams.stream().filter(each -> row < each.size()).forEach(each -> chunks.add(each.get(row)));
        }
        chunks.addAll(lastChunks(chat, chunks, answers, stamp));
        return chunks.stream()
                .map(each -> Json.event(each.json(), each.token()))
                .toList();
    }

    private List<Chunk> chunks(Chat chat, Answer answer, int index, Stamp stamp) {
        var deltas = new ArrayList<ObjectNode>();
        for (String piece : Answer.joined(answer.reasoning(), tokensPerDelta())) {
            deltas.add(reasoning(piece));
        }
        for (String piece : Answer.joined(answer.text(), tokensPerDelta())) {
            deltas.add(Json.object().put("content", piece));
        }
        for (int i = 0; i < answer.calls().size(); i++) {
            for (ObjectNode piece : callPieces(answer.calls().get(i), callId(stamp, index, i))) {
                var delta = Json.object();
                delta.putArray("tool_calls").add(piece.put("index", i));
                deltas.add(delta);
            }
        }
        var chunks = new ArrayList<Chunk>();
        chunks.add(chunk(chat, stamp, index, firstDelta(), null, false));
        deltas.forEach(delta -> chunks.add(chunk(chat, stamp, index, delta, null, true)));
        chunks.add(chunk(chat, stamp, index, Json.object(), answer.finish(), false));
        return chunks;
    }

    private Chunk chunk(Chat chat, Stamp stamp, int index, ObjectNode delta, @Nullable String finish, boolean token) {
        var choice = Json.object().put("index", index);
        choice.set("delta", delta);
        var content = delta.path("content").asText();
        decorate(choice, chat, token && delta.has("content") ? List.of(content) : List.of());
        finish(choice, finish);
        return new Chunk(root(chat, stamp, "chat.completion.chunk", Json.array().add(choice)), token);
    }

    String reasoningField() {
        return "reasoning";
    }

    void content(ObjectNode message, Answer answer) {
        message.put("content", String.join("", answer.text()));
    }

    /// Adds properties beside the message or delta.
    void decorate(ObjectNode choice, Chat chat, List<String> tokens) {}

    void finish(ObjectNode choice, @Nullable String finish) {
        choice.put("finish_reason", finish);
    }

    int tokensPerDelta() {
        return 1;
    }

    ObjectNode firstDelta() {
        return Json.object().put("role", "assistant").put("content", "");
    }

    ObjectNode reasoning(String piece) {
        return Json.object().put(reasoningField(), piece);
    }

    List<ObjectNode> callPieces(Answer.Call call, String id) {
        return List.of(call(id, call.tool(), call.arguments()));
    }

    abstract String callId(Stamp stamp, int index);

    ObjectNode root(Chat chat, Stamp stamp, String object, ArrayNode choices) {
        var root = Json.object()
                .put("id", "chatcmpl-" + stamp.id())
                .put("object", object)
                .put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model());
        root.set("choices", choices);
        return root;
    }

    void end(ObjectNode root, Answers answers, Stamp stamp) {
        root.set("usage", usage(answers));
    }

    /// Changes the existing chunks, and returns additional ones.
    abstract List<Chunk> lastChunks(Chat chat, List<Chunk> chunks, Answers answers, Stamp stamp);

    final Chunk usageChunk(Chat chat, Answers answers, Stamp stamp) {
        ObjectNode root = root(chat, stamp, "chat.completion.chunk", Json.array());
        root.set("usage", usage(answers));
        return new Chunk(root, false);
    }

    ObjectNode usage(Answers answers) {
        var usage = Json.object()
                .put("prompt_tokens", answers.promptTokens())
                .put("completion_tokens", answers.completionTokens())
                .put("total_tokens", answers.promptTokens() + answers.completionTokens());
        if (answers.reasoningTokens() > 0) {
            usage.putObject("completion_tokens_details").put("reasoning_tokens", answers.reasoningTokens());
        }
        return usage;
    }

    // Errors, with the providers' messages if they were recorded

    public ObjectNode error(ProviderError error) {
        var root = Json.object();
        root.set("error", flat(error));
        return root;
    }

    static ObjectNode flat(ProviderError error) {
        return Json.object()
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
    }

    public Part errorEvent(ProviderError error) {
        return Json.event(error(error), false);
    }

    public abstract ProviderError rateLimited(Refused refused, String model, String organisation);

    /// The error for a mistake.
    ///
    /// @param details the values in the error's message
    public final ProviderError error(Mistake mistake, Object... details) {
        return requireNonNull(mistakes.get(mistake)).about(details);
    }

    static Optional<String> first(Map<String, Boolean> broken) {
        return broken.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Optional<String> unknownProperty(JsonNode object, Set<String> known) {
        return unknownProperty(Stream.of(object), known);
    }

    private static Optional<String> unknownProperty(Stream<JsonNode> objects, Set<String> known) {
        return objects.flatMap(JsonNode::propertyStream)
                .map(Map.Entry::getKey)
                .filter(property -> !known.contains(property))
                .findFirst();
    }

    static boolean isWithin(JsonNode number, double least, double most) {
        double value = number.asDouble(1);
        return value >= least && value <= most;
    }
}
