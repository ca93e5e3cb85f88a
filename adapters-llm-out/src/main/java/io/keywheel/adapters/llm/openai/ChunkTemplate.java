package io.keywheel.adapters.llm.openai;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads events without parsing them if they differ from an earlier event only in their text, as nearly all events
/// of a stream do. Compares the bytes before and after the text.
///
/// Chunks of one template share their extras. Confined to one thread.
final class ChunkTemplate {

    /// Some providers send a new value in each event, so that no event is a template for the next.
    private static final int MAX_ATTEMPTS_TO_LEARN = 16;

    /// A template stays in memory until its stream ends.
    private static final int LARGEST = 16 << 10;

    private byte[] before = {};
    private byte[] after = {};
    private @Nullable Chunk template;
    private int attemptsToLearn;

    /// The chunk of an event that fits the template; null if it must be parsed.
    @Nullable
    Chunk read(byte[] bytes, int from, int to) {
        Chunk known = template;
        int start = from + before.length;
        int end = to - after.length;
        if (known == null
                // Without a text, another field may have the reasoning.
                || end <= start
                || !Arrays.equals(bytes, from, start, before, 0, before.length)
                || !Arrays.equals(bytes, end, to, after, 0, after.length)) {
            return null;
        }
        String text = plain(bytes, start, end);
        if (text == null) {
            return null;
        }
        attemptsToLearn = 0;
        return known.withText(text);
    }

    /// The text of a JSON string that needs no decoding; null for any other.
    private static @Nullable String plain(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
                return null;
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /// Makes a template of a parsed event, if the event with another text gives the same chunk with that text.
    void learn(AnswerReader.Event event, byte[] bytes, int from, int to) {
        Chunk chunk = event.chunk();
        if (to - from > LARGEST
                || event.textStart() == 0
                || chunk.pieces().size() != 1
                || attemptsToLearn == MAX_ATTEMPTS_TO_LEARN) {
            return;
        }
        Delta delta = chunk.pieces().getFirst().delta();
        // A call gets its id and name once, so the next event with the same call gives another chunk.
        if (delta.text().isEmpty() == delta.reasoning().isEmpty()
                || !delta.toolCalls().isEmpty()) {
            return;
        }
        attemptsToLearn++;
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        byte[] start = text.substring(0, event.textStart()).getBytes(StandardCharsets.UTF_8);
        byte[] end = text.substring(event.textEnd()).getBytes(StandardCharsets.UTF_8);
        byte[] other = Arrays.copyOf(start, start.length + 1 + end.length);
        // No provider sends this text. With the event's own text, the check would prove nothing.
        other[start.length] = 0x7F;
        System.arraycopy(end, 0, other, start.length + 1, end.length);
        AnswerReader.Event read = AnswerReader.event(other, 0, other.length, new ToolCallNumbers());
        if (read != null && read.chunk().equals(chunk.withText("\u007F"))) {
            before = start;
            after = end;
            template = chunk;
        }
    }
}
