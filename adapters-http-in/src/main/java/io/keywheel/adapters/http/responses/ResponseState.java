package io.keywheel.adapters.http.responses;

import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.FinishReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a response is.
///
/// @param completed when; null unless it is completed
/// @param error null unless it failed
/// @param reason why it is incomplete; null if it is not
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

    /// What a block of such a response is. An answer that was cut off may have more than one call that is not whole.
    ///
    /// @param last whether none came behind it
    String of(Block block, boolean last) {
        boolean whole = block.kind() == Block.Kind.CALL ? block.isWhole() : !last;
        return whole || status.equals(OutputItem.COMPLETED) ? OutputItem.COMPLETED : OutputItem.INCOMPLETE;
    }
}
