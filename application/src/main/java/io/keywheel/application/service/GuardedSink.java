package io.keywheel.application.service;

import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import org.jspecify.annotations.Nullable;

/// A reader's sink as an adapter gets it: it counts what passes, and remembers what the reader threw, whatever the
/// adapter makes of that.
final class GuardedSink implements ChunkSink {

    private final ChunkSink sink;
    private long characters;
    private @Nullable Throwable end;

    GuardedSink(ChunkSink sink) {
        this.sink = sink;
    }

    /// An adapter that goes on after the end hears of it again.
    @Override
    public void accept(Chunk chunk) {
        accept(chunk, false);
    }

    @Override
    public void accept(Chunk chunk, boolean more) {
        throwEnd();
        // A chunk that is broken breaks here, where the adapter is at fault, and not in the reader.
        count(chunk);
        try {
            sink.accept(chunk, more);
        } catch (RuntimeException | Error e) {
            end = e;
            throw e;
        }
    }

    private void count(Chunk chunk) {
        characters += AnswerLimits.characters(chunk);
        String exceeded = characters > AnswerLimits.CHARACTERS ? "words" : AnswerLimits.exceeded(chunk);
        if (exceeded != null) {
            end = new AnswerTooLargeException("the answer has too many " + exceeded);
            throwEnd();
        }
    }

    boolean hasEnded() {
        return end != null;
    }

    /// Throws what the reader threw.
    ///
    /// @return the bound that the answer passed; null where it passed none
    @Nullable
    AnswerTooLargeException rethrow() {
        if (end instanceof AnswerTooLargeException tooLarge) {
            return tooLarge;
        }
        throwEnd();
        return null;
    }

    private void throwEnd() {
        switch (end) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }
}
