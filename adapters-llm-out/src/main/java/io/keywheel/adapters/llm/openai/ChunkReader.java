package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the events of streamed answers: each is one chunk, whether it says something or not.
final class ChunkReader {

    private static final Set<String> CHUNK = Set.of("choices", "usage");
    private static final Set<String> CHOICE = Set.of("index", "delta");
    private static final Set<String> ENDED_CHOICE = Set.of("index", "delta", FinishReasons.NAME);

    private ChunkReader() {}

    static Chunk read(JsonNode root) {
        return new Chunk(pieces(root.path("choices")), UsageReader.read(root), WrittenJson.beyond(root, CHUNK));
    }

    private static List<Piece> pieces(JsonNode choices) {
        var read = new ArrayList<Piece>();
        int position = 0;
        for (JsonNode choice : choices) {
            if (position == CompletionReader.MOST_CHOICES) {
                break;
            }
            if (choice.isObject()) {
                read.add(piece(choice, position));
            }
            position++;
        }
        return read;
    }

    private static Piece piece(JsonNode choice, int position) {
        boolean told = FinishReasons.isShared(choice) || FinishReasons.isNone(choice);
        return new Piece(
                Json.index(choice, position),
                delta(choice.path("delta")),
                FinishReasons.reason(choice),
                WrittenJson.beyond(choice, told ? ENDED_CHOICE : CHOICE));
    }

    private static Delta delta(JsonNode delta) {
        String thought = MessageContent.thought(delta);
        return new Delta(
                MessageContent.said(delta),
                thought == null ? "" : thought,
                ToolCallReader.fragments(delta.path("tool_calls")),
                MessageContent.beyond(delta, MessageContent.NAMES));
    }
}
