package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Cerebras' answers: several tokens in one delta, tool arguments in fragments, usage on the last chunk.
record CerebrasWire(Chat chat, Stamp stamp) {

    private static final int TOKENS_PER_DELTA = 3;

    JsonNode completion(Answers answers) {
        var choices = Json.array();
        for (int index = 0; index < answers.choices().size(); index++) {
            choices.add(choice(answers.choices().get(index), index));
        }
        return end(root(choices).put("object", "chat.completion"), answers);
    }

    private ObjectNode choice(Answer answer, int index) {
        var message = Json.object();
        // The content is missing, not empty, when there is none.
        if (!answer.text().isEmpty()) {
            message.put("content", String.join("", answer.text()));
        }
        message.put("role", "assistant");
        if (!answer.reasoning().isEmpty()) {
            message.put("reasoning", String.join("", answer.reasoning()));
        }
        if (answer.call() != null) {
            message.putArray("tool_calls")
                    .add(call(answer.call().tool(), answer.call().arguments(), index));
        }
        var choice = Json.object().put("finish_reason", answer.finish()).put("index", index);
        choice.set("message", message);
        return choice;
    }

    List<Part> events(Answers answers) {
        var chunks = Chunk.inTurn(IntStream.range(0, answers.choices().size())
                .mapToObj(index -> chunks(answers.choices().get(index), index))
                .toList());
        end(chunks.getLast().json(), answers);
        return chunks.stream().map(Chunk::event).toList();
    }

    private List<Chunk> chunks(Answer answer, int index) {
        var chunks = new ArrayList<Chunk>();
        chunks.add(chunk(Json.object().put("role", "assistant"), index, null));
        for (var piece : Answer.joined(answer.reasoning(), TOKENS_PER_DELTA)) {
            chunks.add(chunk(Json.object().put("reasoning", piece), index, null));
        }
        for (var piece : Answer.joined(answer.text(), TOKENS_PER_DELTA)) {
            chunks.add(chunk(Json.object().put("content", piece), index, null));
        }
        if (answer.call() != null) {
            chunks.add(callPart(call(answer.call().tool(), "", index), index));
            for (var fragment : Tokens.of(answer.call().arguments())) {
                var rest = Json.object().put("type", "function");
                rest.putObject("function").put("arguments", fragment);
                chunks.add(callPart(rest, index));
            }
        }
        chunks.add(chunk(Json.object(), index, answer.finish()));
        return chunks;
    }

    private ObjectNode end(ObjectNode root, Answers answers) {
        root.set("usage", Usage.cerebras(answers));
        root.set("time_info", Usage.cerebrasTimes(answers, stamp));
        return root;
    }

    private ObjectNode call(String tool, String arguments, int index) {
        // Nine characters, different in each choice.
        var id = (index == 0 ? "" : Integer.toString(index)) + stamp.id();
        var call = Json.object().put("type", "function").put("id", id.substring(0, 9));
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return call;
    }

    private Chunk callPart(ObjectNode call, int index) {
        var delta = Json.object();
        delta.putArray("tool_calls").add(call.put("index", 0));
        return chunk(delta, index, null);
    }

    private Chunk chunk(ObjectNode delta, int index, @Nullable String finish) {
        boolean token = !delta.isEmpty() && !delta.has("role");
        var choice = Json.object();
        choice.set("delta", delta);
        // The key is absent, not null, until the end.
        if (finish != null) {
            choice.put("finish_reason", finish);
        }
        var choices = Json.array().add(choice.put("index", index));
        return new Chunk(root(choices).put("object", "chat.completion.chunk"), token);
    }

    private ObjectNode root(ArrayNode choices) {
        var root = Json.object().put("id", "chatcmpl-" + stamp.id());
        root.set("choices", choices);
        root.put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model())
                .put("system_fingerprint", "fp_simulator");
        if (chat.body().hasNonNull("service_tier")) {
            root.set("service_tier", chat.body().path("service_tier"));
        }
        return root;
    }
}
