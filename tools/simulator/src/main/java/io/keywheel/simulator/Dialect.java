package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a provider speaks: what it accepts, how it writes answers, and its errors. A subclass has what one provider
/// does differently.
abstract class Dialect {

    /// OpenAI's bound; none of the providers documents its own.
    static final int MOST_CHOICES = 128;

    private static final String INVALID = "invalid_request_error";

    /// How it calls itself in its answers.
    final String name;

    /// Those of which `/models` lists the ones that chat.
    final List<Model> models;

    Dialect(String name, List<Model> models) {
        this.name = name;
        this.models = models;
    }

    static Dialect of(Provider provider) {
        return switch (provider) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }

    Optional<Model> model(String id) {
        return models.stream().filter(model -> model.id().equals(id)).findFirst();
    }

    /// Why a chat with a model may not start.
    Optional<ProviderError> unserved(String model) {
        return model(model).isPresent() ? Optional.empty() : Optional.of(unknownModel(model));
    }

    /// What is wrong with a chat's body.
    abstract Optional<ProviderError> refusal(Chat chat);

    final Optional<ProviderError> tooLong(Chat chat) {
        int length = chat.promptTokens();
        return model(chat.model())
                .filter(model -> length > model.context())
                .map(model -> contextExceeded(length, model.context()));
    }

    /// Whether a chat wants a longer answer than its model can give.
    final boolean wantsTooLong(Chat chat) {
        return model(chat.model())
                .filter(model -> chat.maxTokens().orElse(0) > model.output())
                .isPresent();
    }

    /// Whether the model sends reasoning in this chat.
    abstract boolean reasons(Chat chat);

    /// The tokens reserved for the completion when a chat does not say how many it wants.
    int assumedCompletion(Answers answers) {
        return answers.completionTokens();
    }

    /// Whether prompts for a model are cached.
    boolean caches(String model) {
        return false;
    }

    /// Whether what comes from the cache counts towards the limits.
    boolean countsCached() {
        return true;
    }

    /// The headers of every answer.
    abstract Map<String, String> headers(Stamp stamp);

    /// The headers that report what is left.
    abstract Map<String, String> gauges(List<Gauge> gauges);

    String eventStream() {
        return "text/event-stream";
    }

    // Answers

    final JsonNode completion(Chat chat, Answers answers, Stamp stamp) {
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

    /// No two calls of an answer have the same id.
    private String callId(Stamp stamp, int choice, int call) {
        return callId(stamp, choice + call * MOST_CHOICES);
    }

    static ObjectNode call(String id, String tool, String arguments) {
        var call = Json.object().put("id", id).put("type", "function");
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return call;
    }

    /// The events of a stream, without `[DONE]`: a piece of each choice in turn.
    final List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        var streams = new ArrayList<List<Chunk>>();
        for (int index = 0; index < answers.choices().size(); index++) {
            streams.add(chunks(chat, answers.choices().get(index), index, stamp));
        }
        List<Chunk> chunks = Chunk.inTurn(streams);
        chunks.addAll(lastChunks(chat, chunks, answers, stamp));
        return chunks.stream().map(Chunk::event).toList();
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
        decorate(
                choice,
                chat,
                delta.has("content") && token ? List.of(delta.path("content").asText()) : List.of());
        finish(choice, finish);
        return new Chunk(root(chat, stamp, "chat.completion.chunk", Json.array().add(choice)), token);
    }

    String reasoningField() {
        return "reasoning";
    }

    void content(ObjectNode message, Answer answer) {
        message.put("content", String.join("", answer.text()));
    }

    /// What a choice has beside message or delta.
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

    /// What the end of an answer has.
    abstract void end(ObjectNode root, Answers answers, Stamp stamp);

    /// Changes the chunks so far, and returns those that follow.
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

    // Errors, in the providers' words where they were recorded

    abstract JsonNode error(ProviderError error);

    /// An error within a stream.
    abstract Part errorEvent(ProviderError error);

    abstract ProviderError rateLimited(Refused refused, String model, String organisation);

    abstract ProviderError wrongKey();

    abstract ProviderError contextExceeded(int current, int limit);

    abstract ProviderError unsupported(String property);

    abstract ProviderError unknownPath(String method, String path);

    ProviderError unknownModel(String model) {
        return error(
                404,
                INVALID,
                "model",
                "model_not_found",
                "The model `" + model + "` does not exist or you do not have access to it.");
    }

    ProviderError wrongMethod() {
        return error(405, INVALID, null, "method_not_allowed", "Method Not Allowed");
    }

    static ProviderError error(int status, String type, @Nullable String param, @Nullable String code, String message) {
        return ProviderError.error(status, type, param, code, message);
    }

    /// The first property of `object` that is not one of `known`.
    static Optional<String> unknownProperty(JsonNode object, Set<String> known) {
        return object.propertyStream()
                .map(Map.Entry::getKey)
                .filter(property -> !known.contains(property))
                .findFirst();
    }

    static boolean isWithin(JsonNode number, double least, double most) {
        double value = number.asDouble(1);
        return value >= least && value <= most;
    }
}
