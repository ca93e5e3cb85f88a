package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.llm.openai.OpenAiWire.Dialect;
import io.keywheel.adapters.llm.openai.OpenAiWire.Place;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.JsonReader;
import io.keywheel.json.WrittenJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes requests to one model in a provider's dialect.
///
/// What is typed comes first, then the extras in their order; both raw, digits and all.
final class RequestWriter {

    private final Dialect dialect;
    private final ModelId model;
    private final MessageWriter messages;
    private final ToolWriter tools;

    RequestWriter(Dialect dialect, ModelId model) {
        this.dialect = dialect;
        this.model = model;
        this.messages = new MessageWriter(dialect);
        this.tools = new ToolWriter(dialect);
    }

    byte[] write(LlmCall call, boolean stream) {
        var bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = WrittenJson.generator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model", model.value());
            json.writeArrayFieldStart("messages");
            for (Message message : call.conversation().messages()) {
                messages.write(message, json);
            }
            json.writeEndArray();
            tools.write(call.conversation().tools(), json);
            WrittenJson.write(fields(call), json);
            if (stream) {
                json.writeBooleanField("stream", true);
                if (dialect.asksForUsage()) {
                    writeStreamOptions(call.extras().fields().get("stream_options"), json);
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private Extras fields(LlmCall call) {
        Extras fields = dialect.kept(Place.REQUEST, RequestFields.of(call, dialect.limit()), Set.of());
        return call.conversation().tools().isEmpty() ? dialect.kept(Place.TOOLLESS_REQUEST, fields, Set.of()) : fields;
    }

    /// The gateway counts tokens, whether or not the caller does.
    private static void writeStreamOptions(@Nullable String asked, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("stream_options");
        json.writeBooleanField("include_usage", true);
        if (asked != null) {
            WrittenJson.write(
                    WrittenJson.beyond(
                            JsonReader.tree(asked.getBytes(StandardCharsets.UTF_8)), Set.of("include_usage")),
                    json);
        }
        json.writeEndObject();
    }
}
