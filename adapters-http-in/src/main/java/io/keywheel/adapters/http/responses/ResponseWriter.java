package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Writes the response object.
final class ResponseWriter {

    private final String ids = ids(ThreadLocalRandom.current());
    private final Instant created;
    private final String echo;

    /// @param echo the fields that it repeats, as JSON
    ResponseWriter(Instant created, String echo) {
        this.created = created;
        this.echo = echo;
    }

    /// Not the request's id: a client may give all turns of a conversation the same.
    private static String ids(ThreadLocalRandom random) {
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }

    /// The begin of the ids of all items; the index of the item follows.
    String ids() {
        return ids + "_";
    }

    byte[] whole(Answer answer, OfferedTools tools, Instant now) {
        ResponseState state = ResponseState.ended(answer.completion().finishReason(), now);
        List<OutputItem> items = items(answer.completion().choices().getFirst().reply(), tools);
        return JsonWriter.written(json -> write(
                json,
                state,
                answer.serving().target().model(),
                items,
                answer.completion().usage()));
    }

    private List<OutputItem> items(Reply reply, OfferedTools tools) {
        var items = new ArrayList<OutputItem>();
        add(OutputItem.of(ItemKind.REASONING, 0, ids()), Objects.requireNonNullElse(reply.reasoning(), ""), items);
        add(OutputItem.of(ItemKind.MESSAGE, items.size(), ids()), reply.text(), items);
        for (ToolCall call : reply.toolCalls()) {
            OutputItem item = OutputItem.call(tools.called(call.name()), call.id(), items.size(), ids());
            item.append(call.arguments());
            items.add(item);
        }
        return items;
    }

    private static void add(OutputItem item, String text, List<OutputItem> items) {
        if (!text.isEmpty()) {
            item.append(text);
            items.add(item);
        }
    }

    void write(
            JsonGenerator json, ResponseState state, ModelId model, List<OutputItem> items, @Nullable TokenUsage usage)
            throws IOException {
        json.writeStringField("id", "resp_" + ids);
        json.writeStringField("object", "response");
        json.writeNumberField("created_at", created.getEpochSecond());
        json.writeStringField("status", state.status());
        json.writeFieldName("completed_at");
        if (state.completed() == null) {
            json.writeNull();
        } else {
            json.writeNumber(state.completed().getEpochSecond());
        }
        writeObject("error", state.error(), json);
        String reason = state.reason();
        writeObject("incomplete_details", reason == null ? null : at -> at.writeStringField("reason", reason), json);
        json.writeStringField("model", model.value());
        JsonWriter.writeObjects(
                json,
                "output",
                items,
                (_, item) -> item.write(
                        json, item.content(), item == items.getLast() ? state.ofLastItem() : OutputItem.COMPLETED));
        writeObject("usage", usage == null ? null : at -> writeUsage(usage, at), json);
        json.writeRaw(',');
        json.writeRaw(echo);
    }

    private static void writeObject(String name, JsonWriter.@Nullable Fields fields, JsonGenerator json)
            throws IOException {
        json.writeFieldName(name);
        if (fields == null) {
            json.writeNull();
        } else {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
    }

    private static void writeUsage(TokenUsage usage, JsonGenerator json) throws IOException {
        json.writeNumberField("input_tokens", usage.promptTokens());
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("cached_tokens", Objects.requireNonNullElse(usage.cachedTokens(), 0L));
        json.writeNumberField("cache_write_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("output_tokens", usage.completionTokens());
        json.writeObjectFieldStart("output_tokens_details");
        json.writeNumberField("reasoning_tokens", Objects.requireNonNullElse(usage.reasoningTokens(), 0L));
        json.writeEndObject();
        json.writeNumberField("total_tokens", usage.totalTokens());
    }
}
