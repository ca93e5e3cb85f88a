package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.answers.Block;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.TokenUsage;
import java.util.Optional;

/// Writes answers of the native API.
public final class NativeAnswerWriter {

    private NativeAnswerWriter() {}

    static byte[] whole(Answer answer) {
        Content content = answer.completion().choices().getFirst().content();
        ObjectNode body = JsonWriter.object().put("content", content.text() + Block.refusalIn(content.extras()));
        String reasoning = content.reasoning();
        if (reasoning != null) {
            body.put("reasoning", reasoning);
        }
        return JsonWriter.bytes(end(body, answer));
    }

    /// The JSON of a chunk; empty if the native API has no field for its content.
    public static Optional<ObjectNode> of(Chunk chunk) {
        String text = content(chunk);
        String reasoning = chunk.reasoning();
        // A native request has no tools, so a tool call is not sent.
        if (text.isEmpty() && reasoning.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode body = JsonWriter.object().put("content", text);
        return Optional.of(reasoning.isEmpty() ? body : body.put("reasoning", reasoning));
    }

    /// The text of a chunk and of its refusal, for which the native API has no other field.
    static String content(Chunk chunk) {
        String content = chunk.text();
        for (Chunk.Piece piece : chunk.pieces()) {
            if (piece.choice() == 0) {
                content = content.concat(Block.refusalIn(piece.delta().extras()));
            }
        }
        return content;
    }

    public static ObjectNode end(ObjectNode body, Answer answer) {
        body.put("provider", answer.servedBy().target().provider().toString())
                .put("model", answer.servedBy().target().model().toString())
                .put("finish_reason", answer.completion().finishReason().label());
        TokenUsage usage = answer.completion().usage();
        if (usage == null) {
            return body.putNull("tokens");
        }
        body.putObject("tokens")
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.totalTokens());
        return body;
    }

    record Streamed(SseStream events) implements StreamedAnswer {

        private static final TextTemplate CONTENT = TextTemplate.of(text ->
                JsonWriter.bytes(JsonWriter.object().put("content", text).put("done", false)));

        @Override
        public void accept(Chunk chunk) {
            String text = content(chunk);
            if (!chunk.reasoning().isEmpty()) {
                of(chunk).ifPresent(event -> events.add(JsonWriter.bytes(event.put("done", false))));
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
