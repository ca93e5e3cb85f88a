package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Step.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cerebras' answers: several tokens in one delta, tool arguments in fragments, usage on the last chunk.
final class CerebrasWire {

    private static final int TOKENS_PER_DELTA = 3;

    private CerebrasWire() {}

    static JsonNode completion(Answer answer, Stamp stamp) {
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
                    .add(call(answer.call().tool(), answer.call().arguments(), stamp));
        }
        var choice = Json.object().put("finish_reason", answer.finish()).put("index", 0);
        choice.set("message", message);
        var root = root(stamp, choice).put("object", "chat.completion");
        root.set("usage", Usage.cerebras(answer));
        root.set("time_info", Usage.cerebrasTimes(answer, stamp));
        return root;
    }

    static List<Part> events(Answer answer, Stamp stamp) {
        var parts = new ArrayList<Part>();
        parts.add(Events.data(chunk(stamp, Json.object().put("role", "assistant"), null), false));
        for (var piece : Answer.joined(answer.reasoning(), TOKENS_PER_DELTA)) {
            parts.add(Events.data(chunk(stamp, Json.object().put("reasoning", piece), null), true));
        }
        for (var piece : Answer.joined(answer.text(), TOKENS_PER_DELTA)) {
            parts.add(Events.data(chunk(stamp, Json.object().put("content", piece), null), true));
        }
        if (answer.call() != null) {
            parts.add(callPart(call(answer.call().tool(), "", stamp), stamp));
            for (var fragment : Tokens.of(answer.call().arguments())) {
                var rest = Json.object().put("type", "function");
                rest.putObject("function").put("arguments", fragment);
                parts.add(callPart(rest, stamp));
            }
        }
        var last = chunk(stamp, Json.object(), answer.finish());
        last.set("usage", Usage.cerebras(answer));
        last.set("time_info", Usage.cerebrasTimes(answer, stamp));
        parts.add(Events.data(last, false));
        return parts;
    }

    private static ObjectNode call(String tool, String arguments, Stamp stamp) {
        var call = Json.object().put("type", "function").put("id", stamp.id().substring(0, 9));
        call.putObject("function").put("name", tool).put("arguments", arguments);
        return call;
    }

    private static Part callPart(ObjectNode call, Stamp stamp) {
        var delta = Json.object();
        delta.putArray("tool_calls").add(call.put("index", 0));
        return Events.data(chunk(stamp, delta, null), true);
    }

    private static ObjectNode chunk(Stamp stamp, ObjectNode delta, @Nullable String finish) {
        var choice = Json.object();
        choice.set("delta", delta);
        // The key is absent, not null, until the end.
        if (finish != null) {
            choice.put("finish_reason", finish);
        }
        return root(stamp, choice.put("index", 0)).put("object", "chat.completion.chunk");
    }

    private static ObjectNode root(Stamp stamp, ObjectNode choice) {
        var root = Json.object().put("id", "chatcmpl-" + stamp.id());
        root.putArray("choices").add(choice);
        return root.put("created", stamp.at().getEpochSecond())
                .put("model", stamp.model())
                .put("system_fingerprint", "fp_simulator");
    }
}
