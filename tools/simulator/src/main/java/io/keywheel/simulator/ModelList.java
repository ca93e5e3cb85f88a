package io.keywheel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// Answers `GET /models` and `GET /models/{id}`.
final class ModelList {

    private ModelList() {}

    /// A list that has one model more.
    static List<Step> with(ProviderRequest asked, String id) {
        return list(asked, List.of(Model.chatting(id, "simulator", 8_192, 4_096, false)));
    }

    static List<Step> reply(ProviderRequest asked) {
        var dialect = asked.dialect();
        var headers = dialect.headers(asked.stamp());
        var models = dialect.models;
        if (asked.path().equals("/models")) {
            return list(asked, List.of());
        }
        // A slash in an id may come as it is or encoded.
        var id = URLDecoder.decode(asked.path().substring("/models/".length()), StandardCharsets.UTF_8);
        var model = models.stream().filter(each -> each.id().equals(id)).findFirst();
        if (model.isPresent()) {
            return Reply.json(200, headers, entry(asked.provider(), model.get()));
        }
        var error = dialect.unknownModel(id);
        return Reply.json(error.status(), headers, dialect.error(error));
    }

    private static List<Step> list(ProviderRequest asked, List<Model> more) {
        var list = Json.object().put("object", "list");
        var data = list.putArray("data");
        Stream.concat(asked.dialect().models.stream(), more.stream())
                // Groq lists models for speech, too; here a client that takes any of the list can chat.
                .filter(Model::chats)
                .forEach(model -> data.add(entry(asked.provider(), model)));
        return Reply.json(200, asked.dialect().headers(asked.stamp()), list);
    }

    private static ObjectNode entry(Provider provider, Model model) {
        var entry = Json.object().put("id", model.id()).put("object", "model").put("created", 0);
        entry.put("owned_by", model.owner());
        // Cerebras' list is bare.
        if (provider == Provider.GROQ) {
            entry.put("active", true)
                    .put("context_window", model.context())
                    .put("max_completion_tokens", model.output());
        }
        return entry;
    }
}
