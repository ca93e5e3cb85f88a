package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.ChatRunner.ParsedChat;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import java.util.List;

/// Parses chats of `POST /api/chat` and `POST /api/chat/stream`.
public final class NativeChatParser {

    private NativeChatParser() {}

    public static ParsedChat parse(ObjectNode body, boolean stream) {
        return new ParsedChat(
                NativeRequestReader.read(body),
                stream,
                List.of(),
                NativeAnswerWriter::whole,
                (events, _) -> new Streamed(events));
    }

    private record Streamed(SseStream events) implements StreamedAnswer {

        private static final TextTemplate CONTENT = TextTemplate.of(text ->
                JsonWriter.bytes(JsonWriter.object().put("content", text).put("done", false)));

        @Override
        public void accept(Chunk chunk) {
            String text = NativeAnswerWriter.content(chunk);
            if (!chunk.reasoning().isEmpty()) {
                NativeAnswerWriter.of(chunk).ifPresent(event -> events.add(JsonWriter.bytes(event.put("done", false))));
            } else if (!text.isEmpty()) {
                events.add(CONTENT.before(), TextTemplate.encoded(text), CONTENT.after());
            }
        }

        @Override
        public void end(Answer answer) {
            ObjectNode last = JsonWriter.object().put("content", "").put("done", true);
            events.add(JsonWriter.bytes(NativeAnswerWriter.end(last, answer)));
        }

        @Override
        public void fail(ErrorResponse error, ObjectNode body) {
            events.add(JsonWriter.bytes(error.body().put("done", true)));
        }
    }
}
