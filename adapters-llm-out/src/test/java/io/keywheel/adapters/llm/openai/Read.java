package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Reads test texts as received bytes.
final class Read {

    private Read() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Chunk chunk(String event) {
        byte[] bytes = bytes(event);
        return Objects.requireNonNull(AnswerReader.event(bytes, 0, bytes.length, new ToolCallNumbers()))
                .chunk();
    }

    static JsonNode tree(String text) {
        return JsonReader.tree(bytes(text));
    }
}
