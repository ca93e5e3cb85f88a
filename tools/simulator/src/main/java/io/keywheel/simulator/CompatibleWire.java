package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Answers by OpenAI's reference; reasoning, which that does not know, as DeepSeek and vLLM send it.
record CompatibleWire(Chat chat, Stamp stamp) {

    JsonNode completion(Answers answers) {
        var root = root("chat.completion");
        var choices = root.putArray("choices");
        for (int index = 0; index < answers.choices().size(); index++) {
            choices.add(choice(answers.choices().get(index), index));
        }
        root.set("usage", Usage.plain(answers));
        return root;
    }

    private ObjectNode choice(Answer answer, int index) {
        var message = Json.object().put("role", "assistant");
        if (!answer.reasoning().isEmpty()) {
            message.put("reasoning_content", String.join("", answer.reasoning()));
        }
        message.put("content", answer.call() == null ? String.join("", answer.text()) : null);
        if (answer.call() != null) {
            message.putArray("tool_calls").add(call(answer.call(), index));
        }
        var choice = Json.object().put("index", index);
        choice.set("message", message);
        if (chat.logprobs()) {
            choice.set("logprobs", Logprobs.of(answer.text(), chat.topLogprobs()));
        }
        return choice.put("finish_reason", answer.finish());
    }

    List<Part> events(Answers answers) {
        var choices = IntStream.range(0, answers.choices().size())
                .mapToObj(index -> chunks(answers.choices().get(index), index))
                .toList();
        var chunks = new ArrayList<>(Chunk.inTurn(choices));
        if (chat.includeUsage()) {
            chunks.forEach(chunk -> chunk.json().putNull("usage"));
            var usage = root("chat.completion.chunk");
            usage.putArray("choices");
            usage.set("usage", Usage.plain(answers));
            chunks.add(new Chunk(usage, false));
        }
        return chunks.stream().map(Chunk::event).toList();
    }

    private List<Chunk> chunks(Answer answer, int index) {
        var chunks = new ArrayList<Chunk>();
        chunks.add(chunk(Json.object().put("role", "assistant").put("content", ""), index, null));
        for (var token : answer.reasoning()) {
            chunks.add(chunk(Json.object().put("reasoning_content", token), index, null));
        }
        for (var token : answer.text()) {
            var chunk = chunk(Json.object().put("content", token), index, null);
            if (chat.logprobs()) {
                ((ObjectNode) chunk.json().at("/choices/0"))
                        .set("logprobs", Logprobs.of(List.of(token), chat.topLogprobs()));
            }
            chunks.add(chunk);
        }
        if (answer.call() != null) {
            var delta = Json.object();
            delta.putArray("tool_calls").add(call(answer.call(), index).put("index", 0));
            chunks.add(chunk(delta, index, null));
        }
        chunks.add(chunk(Json.object(), index, answer.finish()));
        return chunks;
    }

    private ObjectNode call(Answer.Call call, int index) {
        var id = "call_" + stamp.id() + (index == 0 ? "" : "_" + index);
        var node = Json.object().put("id", id).put("type", "function");
        node.putObject("function").put("name", call.tool()).put("arguments", call.arguments());
        return node;
    }

    private Chunk chunk(ObjectNode delta, int index, @Nullable String finish) {
        boolean token = !delta.isEmpty() && !delta.has("role");
        var choice = Json.object().put("index", index);
        choice.set("delta", delta);
        if (chat.logprobs()) {
            choice.putNull("logprobs");
        }
        var root = root("chat.completion.chunk");
        root.putArray("choices").add(choice.put("finish_reason", finish));
        return new Chunk(root, token);
    }

    private ObjectNode root(String object) {
        return Json.object()
                .put("id", "chatcmpl-" + stamp.id())
                .put("object", object)
                .put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model());
    }
}
