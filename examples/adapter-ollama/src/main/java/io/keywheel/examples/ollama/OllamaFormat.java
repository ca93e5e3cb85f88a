package io.keywheel.examples.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.llm.sdk.Format;
import io.keywheel.adapters.llm.sdk.Framing;
import io.keywheel.adapters.llm.sdk.HttpCall;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ollama's requests and replies, by `docs/api.md` of github.com/ollama/ollama: text only.
record OllamaFormat(Optional<String> keepAlive) implements Format {

    @Override
    public HttpCall chat(LlmCall call, ApiKey key, boolean streamed) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("model", call.target().model().value()).put("stream", streamed);
        keepAlive.ifPresent(time -> request.put("keep_alive", time));
        for (Message message : call.conversation().messages()) {
            Role role = message.role() == Role.DEVELOPER ? Role.SYSTEM : message.role();
            request.withArray("messages")
                    .addObject()
                    .put("role", role.name().toLowerCase(Locale.ROOT))
                    .put("content", Format.text(message));
        }
        ObjectNode options = request.putObject("options");
        Format.sampling(options, call, "temperature", "top_p", "num_predict", "stop", "seed");
        return HttpCall.post(request, "/api/chat").bearer(key);
    }

    @Override
    public Framing framing() {
        return Framing.JSON_LINES;
    }

    @Override
    public Decoder decoder() {
        return OllamaFormat::chunk;
    }

    private static Optional<Chunk> chunk(JsonNode line) {
        if (!line.path("message").isObject()) {
            return Optional.empty();
        }
        String text = line.at("/message/content").asText("");
        var delta = new Chunk.Delta(text, line.at("/message/thinking").asText(""), List.of(), Extras.NONE);
        if (!line.path("done").asBoolean()) {
            return Optional.of(Chunk.of(delta));
        }
        var reason = line.path("done_reason").asText().equals("length") ? FinishReason.LENGTH : FinishReason.STOP;
        long asked = line.path("prompt_eval_count").asLong();
        long answered = line.path("eval_count").asLong();
        return Optional.of(Chunk.of(delta, reason, new TokenUsage(asked, answered, asked + answered)));
    }

    @Override
    public @Nullable String error(JsonNode object) {
        return object.path("error").textValue();
    }

    @Override
    public HttpCall list(ApiKey key) {
        return HttpCall.get("/api/tags").bearer(key);
    }

    @Override
    public List<ModelId> models(JsonNode list) {
        return Format.ids(list.path("models"), "name");
    }
}
