package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.BlockStream;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a streamed answer of OpenAI's Responses API: an item for each block, in events numbered without gaps.
final class ResponsesStream extends BlockStream implements StreamedAnswer {

    private static final String TYPE_PREFIX = "response.";

    private final SseStream sse;
    private ResponseWriter writer;
    private final ModelId model;
    private final InstantSource clock;

    private final List<OutputItem> items = new ArrayList<>();

    private ResponseWriter.State state = ResponseWriter.State.IN_PROGRESS;
    private int sequence;

    /// The head of the open item's delta events.
    private byte[] deltaHead = {};

    /// The template of the open item's delta events; null until the first.
    private @Nullable TextTemplate template;

    ResponsesStream(SseStream sse, ResponseWriter writer, ModelId model, InstantSource clock) {
        this.sse = sse;
        this.writer = writer;
        this.model = model;
        this.clock = clock;
    }

    @Override
    public void begin() {
        sendResponse("created", null);
        sendResponse("in_progress", null);
    }

    @Override
    protected void open(Block block) {
        OutputItem item = writer.item(block);
        items.add(item);
        template = null;
        sendItem("added", item, null);
        sendPart("added", item, "");
    }

    @Override
    protected void add(Block block, String text) {
        OutputItem item = items.getLast();
        if (item.kind.streams()) {
            sendDelta(item, text);
        }
        item.append(text);
    }

    @Override
    protected void close(Block block) {
        OutputItem item = items.getLast();
        item.end(state.of(block, isLast(block)));
        String content = item.content();
        if (item.kind == ItemKind.CUSTOM_CALL && !content.isEmpty()) {
            sendDelta(item, content);
        }
        if (item.kind.events != null) {
            send(item.kind.events + ".done", json -> {
                writePlace(item, json);
                if (item.kind == ItemKind.FUNCTION_CALL) {
                    item.writeName(json);
                }
                writeLogprobs(item, json.put(item.kind.content, content));
            });
        }
        sendPart("done", item, content);
        sendItem("done", item, content);
    }

    @Override
    public void end(Answer answer) {
        state = ResponseWriter.State.ended(answer.completion().finishReason(), clock.instant());
        endBlocks();
        sendResponse(state.status(), usage(answer.completion(), writer.request().command()));
    }

    /// The last event has the items that were delivered, unless that was refused for lack of memory. A failure after
    /// the first content is an interruption, so its code is never that of a rate limit.
    @Override
    public void fail(ErrorResponse error, ObjectNode body) {
        if (state.error() != null) {
            writer = new ResponseWriter(
                    writer.ids(), writer.created(), writer.request().withoutEcho());
            items.clear();
        }
        state = ResponseWriter.State.failed(
                json -> json.put("code", "server_error").put("message", error.message()));
        if (!items.isEmpty() && !items.getLast().hasEnded()) {
            items.getLast().end(OutputItem.INCOMPLETE);
        }
        sendResponse(state.status(), reportedUsage());
    }

    private void sendResponse(String what, @Nullable TokenUsage usage) {
        send(what, json -> json.putObject("response", of -> writer.write(of, state, model, items, usage)));
    }

    /// The sequence number comes last, so that all before it is the same for an item, except for the text.
    private void sendDelta(OutputItem item, String text) {
        if (template == null) {
            String type = TYPE_PREFIX + item.kind.events + ".delta";
            deltaHead = SseStream.eventPrefix(type);
            template = TextTemplate.of(other -> deltaWithoutEnd(type, item, other));
        }
        byte[] end = (",\"sequence_number\":" + sequence + "}").getBytes(StandardCharsets.US_ASCII);
        sse.addAs(deltaHead, template.before(), TextTemplate.encoded(text), template.after(), end);
        sequence++;
    }

    private void sendItem(String what, OutputItem item, @Nullable String content) {
        send(
                "output_item." + what,
                json -> json.put("output_index", item.index).putObject("item", of -> item.write(of, content)));
    }

    private void sendPart(String what, OutputItem item, String content) {
        if (item.kind.part != null) {
            send(item.kind.part + "." + what, json -> {
                writePlace(item, json);
                json.putObject("part", of -> item.writePart(content, of));
            });
        }
    }

    private static byte[] deltaWithoutEnd(String type, OutputItem item, String text) {
        byte[] whole = JsonWriter.written(json -> {
            writePlace(item, json.put("type", type));
            writeLogprobs(item, json.put("delta", text));
        });
        return Arrays.copyOf(whole, whole.length - 1);
    }

    private static void writePlace(OutputItem item, JsonWriter json) throws IOException {
        json.put("item_id", item.id).put("output_index", item.index);
        if (item.kind.partIndex != null) {
            json.put(item.kind.partIndex, 0);
        }
    }

    private static void writeLogprobs(OutputItem item, JsonWriter json) throws IOException {
        if (item.kind == ItemKind.MESSAGE) {
            OutputItem.writeNoLogprobs(json);
        }
    }

    private void send(String event, JsonWriter.Fields fields) {
        String type = TYPE_PREFIX + event;
        sse.addAs(SseStream.eventPrefix(type), JsonWriter.written(json -> {
            fields.write(json.put("type", type).put("sequence_number", sequence));
        }));
        sequence++;
    }
}
