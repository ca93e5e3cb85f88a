package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A streamed answer as OpenAI sends it: what was asked for is said once, whatever the upstream does with it.
///
/// Upstreams tell the usage unasked, with another chunk, twice or in one of its own. Here, a client that asked gets
/// one chunk of its own for it, the last one; any other gets none.
final class OpenAiStream implements StreamedAnswer {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final SseStream events;
    private final OpenAiResponses words;
    private final boolean tellsUsage;
    private final Set<Integer> begun = new HashSet<>();
    private @Nullable ModelId model;
    private boolean finished;
    private @Nullable TokenUsage usage;
    private Extras besideUsage = Extras.NONE;

    OpenAiStream(SseStream events, OpenAiResponses words, boolean tellsUsage) {
        this.events = events;
        this.words = words;
        this.tellsUsage = tellsUsage;
    }

    @Override
    public void open(ServedBy servedBy) {
        model = servedBy.target().model();
        events.open(servedBy);
    }

    @Override
    public void accept(Chunk chunk) {
        if (chunk.usage() != null) {
            usage = chunk.usage();
            if (chunk.pieces().isEmpty()) {
                besideUsage = chunk.extras();
                return;
            }
        }
        if (besideUsage.fields().isEmpty()) {
            besideUsage = OpenAiResponses.headOf(chunk.extras());
        }
        finished |= chunk.pieces().stream().anyMatch(piece -> piece.finishReason() != null);
        send(chunk);
    }

    @Override
    public void end(Answer answer) {
        if (!finished) {
            FinishReason reason = answer.completion().finishReason();
            var last = new Piece(0, new Delta("", "", List.of(), Extras.NONE), reason, Extras.NONE);
            send(new Chunk(List.of(last), null, OpenAiResponses.headOf(besideUsage)));
        }
        TokenUsage reported = usage == null ? answer.completion().usage() : usage;
        if (tellsUsage && reported != null) {
            events.send(words.usage(reported, model(), besideUsage));
        }
        events.send(DONE);
    }

    @Override
    public void breakOff(ErrorResponse answer) {
        events.send(JsonWriter.bytes(OpenAiErrors.body(answer)));
    }

    private void send(Chunk chunk) {
        events.send(words.chunk(chunk, model(), begun, tellsUsage));
    }

    private ModelId model() {
        if (model == null) {
            throw new IllegalStateException("the use case sent a chunk before it opened the stream");
        }
        return model;
    }
}
