package io.keywheel.application.service;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.BlockNumbers;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Stands between one attempt and the reader, and opens at the first chunk with content: until then the
/// attempt can fail unseen, after that it cannot be taken back. What came before is held back and goes first.
///
/// It keeps the bounds of [AnswerLimits], and remembers what the reader threw, whatever the adapter makes of that.
///
/// It is for the attempt's thread, and only until the attempt is over: chunks of one that has failed must not get
/// among those of the next.
final class CommitGate implements ChunkSink {

    /// Providers send one or two chunks before the first content, or one and the same for each token that they do
    /// not show: those are held once.
    private static final int MOST_HELD = 1000;

    private final AnswerSink sink;
    private final ServedBy servedBy;
    private final Runnable onOpen;
    private final HeldBytes memory;
    private final BlockNumbers blocks = new BlockNumbers();
    private List<Chunk> held = List.of();
    private long bytes;
    private long characters;
    private boolean open;
    private @Nullable Throwable end;

    /// Null once the attempt is over.
    private @Nullable Thread thread = Thread.currentThread();

    /// Whether something was lost that came on another thread.
    private volatile boolean misused;

    /// @param memory what all streams hold back together
    CommitGate(AnswerSink sink, ServedBy servedBy, Runnable onOpen, HeldBytes memory) {
        this.sink = sink;
        this.servedBy = servedBy;
        this.onOpen = onOpen;
        this.memory = memory;
    }

    @Override
    public void accept(Chunk chunk) {
        accept(chunk, false);
    }

    /// An adapter that goes on after the end hears of it again.
    @Override
    public void accept(Chunk chunk, boolean more) {
        if (!Thread.currentThread().equals(thread)) {
            misused = true;
            throw new IllegalStateException("a chunk of an attempt that is over, or on another thread");
        }
        throwEnd();
        // A chunk that is broken breaks here, where the adapter is at fault, and not in the reader.
        characters += AnswerLimits.characters(chunk);
        String exceeded = characters > AnswerLimits.CHARACTERS ? "words" : blocks.count(chunk);
        try {
            if (exceeded != null) {
                throw new AnswerTooLargeException(GuardedPort.tooMany(exceeded));
            }
            if (!open && !chunk.carriesContent()) {
                hold(chunk);
            } else {
                open();
                sink.accept(chunk, more);
            }
        } catch (Throwable e) {
            end = e;
            throw e;
        }
    }

    private void hold(Chunk chunk) {
        if (!held.isEmpty() && held.getLast().equals(chunk)) {
            return;
        }
        long after = bytes + AnswerLimits.bytes(chunk);
        if (held.size() == MOST_HELD || after > HeldBytes.EACH) {
            throw new AnswerTooLargeException(
                    new Failure.Unavailable("the answer has too much before its first content", null));
        }
        if (!memory.change(bytes, after)) {
            // Other streams have filled the memory, so this provider is not at fault.
            throw new AnswerTooLargeException(
                    new Failure.Unattributed("the memory for answers before their first content is used up"));
        }
        bytes = after;
        held = held.isEmpty() ? new ArrayList<>() : held;
        held.add(chunk);
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

    /// The attempt is over.
    void close() {
        drop();
        thread = null;
    }

    /// Gives back what it still holds.
    private void drop() {
        held = List.of();
        memory.change(bytes, 0);
        bytes = 0;
    }

    long characters() {
        return characters;
    }

    boolean hasEnded() {
        return end != null;
    }

    /// What the attempt's outcome means for a reader who may have seen a part of it. Throws what the reader threw.
    LlmReply outcome(LlmReply reply) {
        if (end instanceof AnswerTooLargeException tooLarge) {
            return new LlmReply.Failed(asSeen(tooLarge.failure()));
        }
        throwEnd();
        return switch (reply) {
            case LlmReply.Answered _
            when misused ->
                new LlmReply.Failed(asSeen(new Failure.Unattributed("its adapter handed on chunks on another thread")));
            case LlmReply.Answered answered -> {
                open();
                yield answered;
            }
            case LlmReply.Failed(var failure) -> new LlmReply.Failed(asSeen(failure));
        };
    }

    private void throwEnd() {
        if (end != null) {
            rethrow(end);
        }
    }

    /// What other languages throw is checked, now and then, and comes out as it is, too.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private Failure asSeen(Failure failure) {
        return !open || failure instanceof Failure.Interrupted || failure instanceof Failure.Cancelled
                ? failure
                : new Failure.Interrupted(failure.message());
    }
}
