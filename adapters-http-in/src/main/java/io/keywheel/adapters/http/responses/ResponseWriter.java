package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.answers.TokenCount;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes the response object.
///
/// @param ids the common part of the ids of a response and its items
record ResponseWriter(String ids, Instant created, ResponsesRequest request) {

    /// @param completed when the response was completed; null unless it was
    /// @param error the error of a failed response; null for others
    /// @param reason why the response is incomplete; null unless it is
    record State(
            String status,
            @Nullable Instant completed,
            JsonWriter.@Nullable Fields error,
            @Nullable String reason) {

        static final State IN_PROGRESS = new State(OutputItem.IN_PROGRESS, null, null, null);

        static State ended(FinishReason finishReason, Instant now) {
            return switch (finishReason) {
                case LENGTH -> new State(OutputItem.INCOMPLETE, null, null, "max_output_tokens");
                case CONTENT_FILTER -> new State(OutputItem.INCOMPLETE, null, null, "content_filter");
                case STOP, TOOL_CALLS, OTHER -> new State(OutputItem.COMPLETED, now, null, null);
            };
        }

        static State failed(JsonWriter.Fields error) {
            return new State("failed", null, error, null);
        }

        /// The status of a block in this response. A truncated answer may have several incomplete calls.
        String of(Block block, boolean last) {
            boolean whole = block.kind() == Block.Kind.CALL ? block.isComplete() : !last;
            return whole || status.equals(OutputItem.COMPLETED) ? OutputItem.COMPLETED : OutputItem.INCOMPLETE;
        }
    }

    OutputItem item(Block block) {
        return new OutputItem(block, request.tools(), ids + "_");
    }

    byte[] whole(Answer answer, Instant now) {
        State state = State.ended(answer.completion().finishReason(), now);
        Content content = answer.completion().choices().getFirst().content();
        TokenUsage usage = TokenCount.usage(
                answer.completion().usage(),
                request.command(),
                answer.completion().characters());
        List<OutputItem> items = items(Block.of(content), state);
        return JsonWriter.written(
                json -> write(json, state, answer.servedBy().target().model(), items, usage));
    }

    private List<OutputItem> items(List<Block> blocks, State state) {
        var items = new ArrayList<OutputItem>();
        for (Block block : blocks) {
            OutputItem item = item(block);
            item.append(block.content());
            item.end(state.of(block, block == blocks.getLast()));
            items.add(item);
        }
        return items;
    }

    void write(JsonWriter json, State state, ModelId model, List<OutputItem> items, @Nullable TokenUsage usage)
            throws IOException {
        String reason = state.reason();
        json.put("id", "resp_" + ids)
                .put("object", "response")
                .put("created_at", created.getEpochSecond())
                .put("status", state.status())
                .put(
                        "completed_at",
                        state.completed() == null ? null : state.completed().getEpochSecond())
                .putObject("error", state.error())
                .putObject("incomplete_details", reason == null ? null : of -> of.put("reason", reason))
                .put("model", model.value())
                .putObjects("output", items, (of, item) -> item.write(of, item.content()))
                .putObject("usage", usage == null ? null : of -> writeUsage(usage, of))
                .putAll(request.echo());
    }

    private static void writeUsage(TokenUsage usage, JsonWriter json) throws IOException {
        long cached = Objects.requireNonNullElse(usage.cachedTokens(), 0L);
        long reasoning = Objects.requireNonNullElse(usage.reasoningTokens(), 0L);
        json.put("input_tokens", usage.promptTokens())
                .putObject(
                        "input_tokens_details",
                        of -> of.put("cached_tokens", cached).put("cache_write_tokens", 0))
                .put("output_tokens", usage.completionTokens())
                .putObject("output_tokens_details", of -> of.put("reasoning_tokens", reasoning))
                .put("total_tokens", usage.totalTokens());
    }
}
