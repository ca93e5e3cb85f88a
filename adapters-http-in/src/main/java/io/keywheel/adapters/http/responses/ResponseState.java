package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.FinishReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of a response.
///
/// @param completed when the response was completed; null unless it was
/// @param error the error of a failed response; null for others
/// @param reason why the response is incomplete; null unless it is
record ResponseState(
        String status,
        @Nullable Instant completed,
        JsonWriter.@Nullable Fields error,
        @Nullable String reason) {

    static final ResponseState IN_PROGRESS = new ResponseState(OutputItem.IN_PROGRESS, null, null, null);

    static ResponseState ended(FinishReason finishReason, Instant now) {
        return switch (finishReason) {
            case LENGTH -> new ResponseState(OutputItem.INCOMPLETE, null, null, "max_output_tokens");
            case CONTENT_FILTER -> new ResponseState(OutputItem.INCOMPLETE, null, null, "content_filter");
            case STOP, TOOL_CALLS, OTHER -> new ResponseState(OutputItem.COMPLETED, now, null, null);
        };
    }

    static ResponseState failed(JsonWriter.Fields error) {
        return new ResponseState("failed", null, error, null);
    }

    /// The status of a block in this response. A truncated answer may have several incomplete calls.
    ///
    /// @param last whether the block is the last one
    String of(Block block, boolean last) {
        boolean whole = block.kind() == Block.Kind.CALL ? block.isComplete() : !last;
        return whole || status.equals(OutputItem.COMPLETED) ? OutputItem.COMPLETED : OutputItem.INCOMPLETE;
    }
}
