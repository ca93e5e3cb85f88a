package io.keywheel.application.service;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import java.util.ArrayList;
import java.util.List;

/// Stands between one attempt and the reader, and opens at the first chunk with content: until then the
/// attempt can fail unseen, after that it cannot be taken back. What came before is held back and goes first.
///
/// Used by the attempt's thread alone.
final class CommitGate implements ChunkSink {

    /// Providers send one or two chunks before the first content, or one and the same for each token that they do
    /// not show: those are held once.
    private static final int MOST_HELD = 1000;

    private final AnswerSink sink;
    private final ServedBy servedBy;
    private final SpentTokenCounter spentTokenCounter;
    private final Runnable onOpen;
    private final HeldBytes memory;
    private final List<Chunk> held = new ArrayList<>();
    private long bytes;
    private boolean open;

    /// @param memory what all streams hold back together
    CommitGate(
            AnswerSink sink,
            ServedBy servedBy,
            SpentTokenCounter spentTokenCounter,
            Runnable onOpen,
            HeldBytes memory) {
        this.sink = sink;
        this.servedBy = servedBy;
        this.spentTokenCounter = spentTokenCounter;
        this.onOpen = onOpen;
        this.memory = memory;
    }

    @Override
    public void accept(Chunk chunk) {
        accept(chunk, false);
    }

    @Override
    public void accept(Chunk chunk, boolean more) {
        spentTokenCounter.came(chunk);
        if (!open && !chunk.carriesContent()) {
            hold(chunk);
            return;
        }
        open();
        sink.accept(chunk, more);
    }

    private void hold(Chunk chunk) {
        if (!held.isEmpty() && held.getLast().equals(chunk)) {
            return;
        }
        long after = bytes + AnswerLimits.bytes(chunk);
        if (held.size() == MOST_HELD || after > HeldBytes.EACH) {
            throw new AnswerTooLargeException("the answer has too much before its first content");
        }
        if (!memory.change(bytes, after)) {
            // Other streams have filled the memory, so this provider is not at fault.
            throw new AnswerTooLargeException(
                    new Failure.Unattributed("the memory for answers before their first content is used up"));
        }
        bytes = after;
        held.add(chunk);
    }

    /// Gives back what it still holds; the attempt is over.
    void drop() {
        held.clear();
        memory.change(bytes, 0);
        bytes = 0;
    }

    /// What the attempt's outcome means for a reader who may have seen a part of it.
    LlmReply outcome(LlmReply reply) {
        return switch (reply) {
            case LlmReply.Answered answered -> {
                open();
                yield answered;
            }
            case LlmReply.Failed failed when !open -> failed;
            case LlmReply.Failed(var failure) -> new LlmReply.Failed(midway(failure));
        };
    }

    private void open() {
        if (!open) {
            open = true;
            onOpen.run();
            sink.open(servedBy);
            held.forEach(chunk -> sink.accept(chunk, true));
            drop();
        }
    }

    private static Failure midway(Failure failure) {
        return failure instanceof Failure.Interrupted || failure instanceof Failure.Cancelled
                ? failure
                : new Failure.Interrupted(failure.message());
    }
}
