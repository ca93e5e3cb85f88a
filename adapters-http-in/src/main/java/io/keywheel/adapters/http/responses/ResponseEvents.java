package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the events of a streamed response, with numbers that have no gaps.
final class ResponseEvents {

    private final SseStream sse;
    private final ResponseWriter writer;
    private int sequence;
    private @Nullable ModelId model;

    /// Of the open item's deltas.
    private byte[] deltaHead = {};

    /// What the deltas of the open item look like; null until the first.
    private @Nullable TextTemplate template;

    ResponseEvents(SseStream sse, ResponseWriter writer) {
        this.sse = sse;
        this.writer = writer;
    }

    /// @param answering the model that answers
    void begin(ModelId answering) {
        model = answering;
        sendResponse("created", ResponseState.IN_PROGRESS, List.of(), null);
        sendResponse("in_progress", ResponseState.IN_PROGRESS, List.of(), null);
    }

    void end(ResponseState state, List<OutputItem> items, @Nullable TokenUsage usage) {
        sendResponse(state.status(), state, items, usage);
    }

    void opened(OutputItem item) {
        template = null;
        deltaHead = item.kind.events == null ? deltaHead : SseStream.headOf(item.kind.events + ".delta");
        sendItem("added", item, null);
        sendPart("added", item, "");
    }

    /// The sequence number comes last in these events: all before it is the same in all of an item but for the text.
    void delta(OutputItem item, String text) {
        if (template == null) {
            template = TextTemplate.of(other -> deltaWithoutEnd(item, other));
        }
        byte[] end = bytes(",\"sequence_number\":" + sequence++ + "}");
        sse.sendAs(deltaHead, true, template.before(), TextTemplate.encoded(text), template.after(), end);
    }

    void closed(OutputItem item, String content) {
        if (item.kind.events != null) {
            send(item.kind.events + ".done", json -> {
                writePlace(item, json);
                if (item.kind == ItemKind.FUNCTION_CALL) {
                    item.writeName(json);
                }
                json.writeStringField(item.kind.content, content);
                writeLogprobs(item, json);
            });
        }
        sendPart("done", item, content);
        sendItem("done", item, content);
    }

    private void sendItem(String what, OutputItem item, @Nullable String content) {
        send("response.output_item." + what, json -> {
            json.writeNumberField("output_index", item.index);
            json.writeObjectFieldStart("item");
            item.write(json, content);
            json.writeEndObject();
        });
    }

    private void sendPart(String what, OutputItem item, String content) {
        if (item.kind.part != null) {
            send(item.kind.part + "." + what, json -> {
                writePlace(item, json);
                json.writeObjectFieldStart("part");
                item.writePart(content, json);
                json.writeEndObject();
            });
        }
    }

    private static byte[] deltaWithoutEnd(OutputItem item, String text) {
        byte[] whole = JsonWriter.written(json -> {
            json.writeStringField("type", item.kind.events + ".delta");
            writePlace(item, json);
            json.writeStringField("delta", text);
            writeLogprobs(item, json);
        });
        return Arrays.copyOf(whole, whole.length - 1);
    }

    private static void writePlace(OutputItem item, JsonGenerator json) throws IOException {
        json.writeStringField("item_id", item.id);
        json.writeNumberField("output_index", item.index);
        if (item.kind.partIndex != null) {
            json.writeNumberField(item.kind.partIndex, 0);
        }
    }

    private static void writeLogprobs(OutputItem item, JsonGenerator json) throws IOException {
        if (item.kind == ItemKind.MESSAGE) {
            OutputItem.writeNoLogprobs(json);
        }
    }

    private void sendResponse(String what, ResponseState state, List<OutputItem> items, @Nullable TokenUsage usage) {
        if (model == null) {
            throw new IllegalStateException("the use case sent a chunk before it opened the stream");
        }
        ModelId answering = model;
        send("response." + what, json -> {
            json.writeObjectFieldStart("response");
            writer.write(json, state, answering, items, usage);
            json.writeEndObject();
        });
    }

    private void send(String type, JsonWriter.Fields fields) {
        sse.sendAs(SseStream.headOf(type), true, JsonWriter.written(json -> {
            json.writeStringField("type", type);
            json.writeNumberField("sequence_number", sequence++);
            fields.write(json);
        }));
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
