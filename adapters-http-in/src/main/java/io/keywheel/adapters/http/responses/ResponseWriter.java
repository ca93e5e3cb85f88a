package io.keywheel.adapters.http.responses;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.answers.AnswerIds;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.TokenCount;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes the response object.
final class ResponseWriter {

    private final String ids = AnswerIds.next();
    private final Instant created;

    private final ResponsesRequest asked;

    ResponseWriter(Instant created, ResponsesRequest asked) {
        this.created = created;
        this.asked = asked;
    }

    ResponsesRequest asked() {
        return asked;
    }

    OutputItem item(Block block) {
        return new OutputItem(block, asked.tools(), ids + "_");
    }

    byte[] whole(Answer answer, Instant now) {
        ResponseState state = ResponseState.ended(answer.completion().finishReason(), now);
        Reply reply = answer.completion().choices().getFirst().reply();
        TokenUsage usage = TokenCount.usage(
                answer.completion().usage(),
                asked.command().conversation(),
                answer.completion().characters());
        List<OutputItem> items = items(Block.of(reply), state);
        return JsonWriter.written(
                json -> write(json, state, answer.serving().target().model(), items, usage));
    }

    private List<OutputItem> items(List<Block> blocks, ResponseState state) {
        var items = new ArrayList<OutputItem>();
        for (Block block : blocks) {
            OutputItem item = item(block);
            item.append(block.content());
            item.end(state.of(block, block == blocks.getLast()));
            items.add(item);
        }
        return items;
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
        JsonWriter.writeObjects(json, "output", items, (_, item) -> item.write(json, item.content()));
        writeObject("usage", usage == null ? null : at -> writeUsage(usage, at), json);
        json.writeRaw(',');
        json.writeRaw(asked.echo());
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
