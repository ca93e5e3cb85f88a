package io.keywheel.adapters.llm.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.ModelId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/// Writes requests to one model in a provider's dialect.
///
/// Extras go out raw, digits and all. A null says what absence says and is left out, since strict providers
/// refuse even that for a field they do not know.
final class RequestBody {

    /// What the vocabulary says; an extra of such a name would say it twice.
    private static final Set<String> TYPED = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "temperature",
            "max_tokens",
            "max_completion_tokens",
            "top_p",
            "stop",
            "seed");

    private final Dialect dialect;
    private final ModelId model;
    private final MessageWriter messages;

    RequestBody(Dialect dialect, ModelId model) {
        this.dialect = dialect;
        this.model = model;
        this.messages = new MessageWriter(dialect);
    }

    byte[] write(LlmCall call, boolean stream) {
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = Json.factory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", model.value());
            json.writeArrayFieldStart("messages");
            for (Message message : call.conversation().messages()) {
                messages.write(message, json);
            }
            json.writeEndArray();
            writeSampling(call.sampling(), json);
            writeExtras(call.extras().fields(), json);
            if (stream) {
                json.writeBooleanField("stream", true);
                if (dialect.asksForUsage()) {
                    json.writeObjectFieldStart("stream_options");
                    json.writeBooleanField("include_usage", true);
                    json.writeEndObject();
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private void writeSampling(Sampling sampling, JsonGenerator json) throws IOException {
        if (sampling.temperature() != null) {
            json.writeFieldName("temperature");
            json.writeNumber(sampling.temperature().text());
        }
        if (sampling.maxTokens() != null) {
            json.writeNumberField(dialect.maxTokens(), sampling.maxTokens());
        }
        if (sampling.topP() != null) {
            json.writeFieldName("top_p");
            json.writeNumber(sampling.topP().text());
        }
        if (!sampling.stop().isEmpty()) {
            json.writeArrayFieldStart("stop");
            for (String stop : sampling.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
        if (sampling.seed() != null) {
            json.writeNumberField("seed", sampling.seed());
        }
    }

    private void writeExtras(Map<String, String> extras, JsonGenerator json) throws IOException {
        for (var extra : extras.entrySet()) {
            String name = extra.getKey();
            String value = extra.getValue().strip();
            boolean meaningless = value.equals("null")
                    || dialect.droppedValues().getOrDefault(name, Set.of()).contains(value);
            if (!TYPED.contains(name) && !dialect.dropped().contains(name) && !meaningless) {
                json.writeFieldName(name);
                json.writeRawValue(value);
            }
        }
    }
}
