package io.keywheel.adapters.http.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A block of a streamed message, and what of it is not sent yet.
final class ContentBlock {

    enum Kind {
        THINKING("thinking_delta", "thinking"),
        TEXT("text_delta", "text"),
        TOOL_USE("input_json_delta", "partial_json");

        private final String delta;
        private final String field;

        Kind(String delta, String field) {
            this.delta = delta;
            this.field = field;
        }
    }

    private static final byte[] AFTER = "\"}}".getBytes(StandardCharsets.US_ASCII);

    private final Kind kind;
    private final ArgumentScanner arguments = new ArgumentScanner();
    private String id = "";
    private String name = "";
    private String unsent = "";
    private @Nullable StringBuilder moreUnsent;
    private int index = -1;
    private byte[] before = {};

    ContentBlock(Kind kind) {
        this.kind = kind;
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /// Says what is called, as far as a fragment does.
    void call(@Nullable String callId, @Nullable String function) {
        id = callId == null || callId.isEmpty() ? id : callId;
        name = function == null || function.isEmpty() ? name : function;
    }

    /// Whether `callId` is that of another call, with which an upstream begins under the same index.
    boolean isOtherThan(@Nullable String callId) {
        return callId != null && !callId.isEmpty() && !id.isEmpty() && !id.equals(callId);
    }

    void add(String text) {
        String next = kind == Kind.TOOL_USE ? arguments.next(text) : text;
        if (unsent.isEmpty()) {
            unsent = next;
            return;
        }
        if (moreUnsent == null) {
            moreUnsent = new StringBuilder();
        }
        moreUnsent.append(next);
    }

    boolean isStarted() {
        return index >= 0;
    }

    /// Whether it can start: the name of what is called is said first.
    boolean canStart() {
        return kind != Kind.TOOL_USE || !name.isEmpty();
    }

    /// Whether another block may follow, since nothing is missing in this one.
    boolean isWhole() {
        return kind != Kind.TOOL_USE || arguments.isComplete();
    }

    /// The event's data with which it starts.
    ///
    /// @param place its place among the blocks
    byte[] start(int place, AnthropicResponses responses) {
        index = place;
        before = ("{\"type\":\"content_block_delta\",\"index\":" + place + ",\"delta\":{\"type\":\"" + kind.delta
                        + "\",\"" + kind.field + "\":\"")
                .getBytes(StandardCharsets.US_ASCII);
        return JsonWriter.written(json -> {
            json.writeStringField("type", "content_block_start");
            json.writeNumberField("index", place);
            json.writeObjectFieldStart("content_block");
            writeEmpty(responses.callId(id, place), responses, json);
            json.writeEndObject();
        });
    }

    private void writeEmpty(String callId, AnthropicResponses responses, JsonGenerator json) throws IOException {
        switch (kind) {
            case THINKING -> {
                json.writeStringField("type", "thinking");
                json.writeStringField("thinking", "");
                // Only Anthropic's models sign.
                json.writeStringField("signature", "");
            }
            case TEXT -> {
                json.writeStringField("type", "text");
                json.writeStringField("text", "");
            }
            case TOOL_USE -> {
                responses.writeCallHead(callId, name, json);
                json.writeStartObject();
                json.writeEndObject();
            }
        }
    }

    /// The data of an event with what is not sent yet, in pieces; null where all is, or where it is not known yet how
    /// the block is to be written.
    ///
    /// @param all whether nothing more comes
    byte @Nullable [][] takeDelta(boolean all) {
        if (unsent.isEmpty() || !(all || arguments.isObject())) {
            return null;
        }
        String text = moreUnsent == null ? unsent : unsent + moreUnsent;
        if (!arguments.isObject()) {
            byte[] wrapped = JsonWriter.written(AnthropicResponses.invalid(text));
            text = new String(wrapped, StandardCharsets.UTF_8);
        }
        unsent = "";
        moreUnsent = null;
        return new byte[][] {before, encoded(text), AFTER};
    }

    private static byte[] encoded(String text) {
        byte[] encoded = TextTemplate.encoded(text);
        if (encoded != null) {
            return encoded;
        }
        byte[] field = JsonWriter.written(json -> json.writeStringField("t", text));
        return Arrays.copyOfRange(field, "{\"t\":\"".length(), field.length - "\"}".length());
    }

    byte[] stop() {
        return ("{\"type\":\"content_block_stop\",\"index\":" + index + "}").getBytes(StandardCharsets.US_ASCII);
    }
}
