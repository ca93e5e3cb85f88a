package io.keywheel.adapters.http.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.json.TextTemplate;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.adapters.http.server.StreamedAnswer;
import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.routing.ModelId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes a streamed answer in OpenAI's format.
///
/// Providers send the usage unrequested, with another chunk, twice, or in a separate chunk. Here, a client that
/// requested it gets one separate chunk, the last one; other clients get none.
final class OpenAiStream implements StreamedAnswer {

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    /// The limit of a chunk that is kept, in bytes: it stays in memory for the rest of the stream.
    private static final int MOST_KEPT = 16 << 10;

    private final SseStream events;
    private final ChatCompletionWriter writer;
    private final ModelId model;
    private final boolean includeUsage;
    private final Set<Integer> begun = new HashSet<>();
    private final Set<Integer> ended = new HashSet<>();
    private Extras usageExtras = Extras.NONE;

    /// The head of all chunks, from the first chunk with a choice: OpenAI never changes it within a stream. Azure's
    /// chunks without a choice have empty heads (microsoft/autogen 6465).
    private @Nullable Extras head;

    private @Nullable Chunk previous;

    /// The template of chunks like [#previous]; null until there are two of the kind.
    private @Nullable TextTemplate template;

    OpenAiStream(SseStream events, ChatCompletionWriter writer, ModelId model, boolean includeUsage) {
        this.events = events;
        this.writer = writer;
        this.model = model;
        this.includeUsage = includeUsage;
    }

    @Override
    public void accept(Chunk chunk) {
        boolean sameKind = isLikePrevious(chunk);
        if (sameKind && template != null) {
            String text = chunk.pieces().getFirst().delta().text();
            events.add(template.before(), TextTemplate.encoded(text), template.after());
            return;
        }
        if (chunk.usage() != null && chunk.pieces().isEmpty()) {
            usageExtras = chunk.extras();
            return;
        }
        // An adapter's chunk for an event that adds nothing. Most clients fail on a chunk without a choice.
        if (chunk.equals(Chunk.NOTHING)) {
            return;
        }
        if (head == null && !chunk.pieces().isEmpty()) {
            Extras first = ChatCompletionWriter.headOf(chunk.extras());
            head = isSmall(new Chunk(List.of(), null, first)) ? first : Extras.NONE;
        }
        chunk.pieces().stream()
                .filter(piece -> piece.finishReason() != null)
                .forEach(piece -> ended.add(piece.choice()));
        // The usage comes at the end.
        events.add(json(new Chunk(chunk.pieces(), null, chunk.extras())));
        previous = isSmall(chunk) ? chunk : null;
        template = sameKind ? TextTemplate.of(other -> json(chunk.withText(other))) : null;
    }

    private static boolean isSmall(Chunk chunk) {
        return AnswerLimits.bytes(chunk) <= MOST_KEPT;
    }

    /// Whether a chunk differs from the previous one only in its text, as nearly all do. An adapter gives such
    /// chunks the same extras.
    private boolean isLikePrevious(Chunk chunk) {
        if (previous == null || !isTextOnly(chunk) || !isTextOnly(previous)) {
            return false;
        }
        Piece piece = chunk.pieces().getFirst();
        Piece other = previous.pieces().getFirst();
        return piece.choice() == other.choice()
                && chunk.extras().equals(previous.extras())
                && piece.extras().equals(other.extras())
                && piece.delta().extras().equals(other.delta().extras());
    }

    private static boolean isTextOnly(Chunk chunk) {
        if (chunk.usage() != null || chunk.pieces().size() != 1) {
            return false;
        }
        Piece piece = chunk.pieces().getFirst();
        Delta delta = piece.delta();
        return piece.finishReason() == null
                && !delta.text().isEmpty()
                && delta.reasoning().isEmpty()
                && delta.toolCalls().isEmpty();
    }

    @Override
    public void end(Answer answer) {
        for (Completion.Choice choice : answer.completion().choices()) {
            if (ended.add(choice.index())) {
                var nothing = new Delta("", "", List.of(), Extras.NONE);
                var last = new Piece(choice.index(), nothing, choice.finishReason(), Extras.NONE);
                events.add(json(new Chunk(List.of(last), null, Extras.NONE)));
            }
        }
        TokenUsage usage = answer.completion().usage();
        if (includeUsage && usage != null) {
            events.add(json(new Chunk(List.of(), usage, usageExtras)));
        }
        events.add(DONE);
    }

    @Override
    public void fail(ErrorResponse error, ObjectNode body) {
        events.add(JsonWriter.bytes(body));
    }

    private byte[] json(Chunk chunk) {
        return writer.chunk(chunk, model, head == null ? chunk.extras() : head, begun, includeUsage);
    }
}
