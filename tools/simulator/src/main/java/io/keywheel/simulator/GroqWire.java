package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Groq's answers: a token in a delta, a tool call in one piece, usage under `x_groq` as well.
final class GroqWire {

    private GroqWire() {}

    static JsonNode completion(Answers answers, Stamp stamp) {
        // It refuses to give more than one.
        var answer = answers.first();
        var message = Json.object().put("role", "assistant");
        // With a tool call there is no content; with an empty answer there is an empty one.
        if (answer.call() == null) {
            message.put("content", String.join("", answer.text()));
        }
        if (!answer.reasoning().isEmpty()) {
            message.put("reasoning", String.join("", answer.reasoning()));
        }
        if (answer.call() != null) {
            message.putArray("tool_calls").add(call(answer.call(), stamp));
        }
        var root = Json.object()
                .put("id", "chatcmpl-" + stamp.id())
                .put("object", "chat.completion")
                .put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model());
        var choice = Json.object().put("index", 0);
        choice.set("message", message);
        choice.putNull("logprobs").put("finish_reason", answer.finish());
        root.putArray("choices").add(choice);
        root.set("usage", Usage.groq(answers));
        root.putNull("usage_breakdown")
                .put("system_fingerprint", "fp_simulator")
                .put("service_tier", "on_demand");
        root.set("x_groq", mark(stamp).put("seed", 7));
        return root;
    }

    private static ObjectNode mark(Stamp stamp) {
        return Json.object().put("id", "req_" + stamp.id());
    }

    private static ObjectNode call(Answer.Call call, Stamp stamp) {
        var node = Json.object().put("id", "fc_" + stamp.id()).put("type", "function");
        node.putObject("function").put("name", call.tool()).put("arguments", call.arguments());
        return node;
    }

    static List<Part> events(Chat chat, Answers answers, Stamp stamp) {
        var answer = answers.first();
        var parts = new ArrayList<Part>();
        var first = chunk(stamp, Json.object().put("role", "assistant").put("content", ""), null);
        first.set("x_groq", mark(stamp).put("seed", 7));
        parts.add(Events.data(first, false));
        for (var token : answer.reasoning()) {
            var delta = Json.object().put("reasoning", token).put("channel", "analysis");
            parts.add(Events.data(chunk(stamp, delta, null), true));
        }
        for (var token : answer.text()) {
            parts.add(Events.data(chunk(stamp, Json.object().put("content", token), null), true));
        }
        if (answer.call() != null) {
            var delta = Json.object();
            delta.putArray("tool_calls").add(call(answer.call(), stamp).put("index", 0));
            parts.add(Events.data(chunk(stamp, delta, null), true));
        }
        var last = chunk(stamp, Json.object(), answer.finish());
        last.set("x_groq", mark(stamp).set("usage", Usage.groq(answers)));
        last.set("usage", Usage.groq(answers));
        parts.add(Events.data(last, false));
        if (chat.includeUsage()) {
            var usage = chunk(stamp, Json.object(), null);
            usage.putArray("choices");
            usage.set("usage", Usage.groq(answers));
            parts.add(Events.data(usage, false));
        }
        return parts;
    }

    private static ObjectNode chunk(Stamp stamp, ObjectNode delta, @Nullable String finish) {
        var root = Json.object()
                .put("id", "chatcmpl-" + stamp.id())
                .put("object", "chat.completion.chunk")
                .put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model())
                .put("system_fingerprint", "fp_simulator");
        var choice = Json.object().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        root.putArray("choices").add(choice);
        return root;
    }
}
