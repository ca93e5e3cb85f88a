package io.keywheel.application.service;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.AnswerLimits;
import io.keywheel.domain.chat.BlockNumbers;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds back the chunks of one attempt until the first one with content, and passes all of them on from then. An
/// earlier failure is invisible to the client; after the first content, the request cannot switch keys.
///
/// Enforces [AnswerLimits]. Keeps the sink's exception, in case the adapter swallows it.
///
/// Only the attempt's thread may use the gate, and only until the attempt is over. So chunks of a failed attempt
/// cannot mix with those of the next.
final class CommitGate implements ChunkSink {

    /// Providers send one or two chunks before the first content, or an equal chunk for each token that they hide.
    /// Consecutive equal chunks are held once, unless they have content in their extras, such as a refusal.
    private static final int MOST_HELD = 1000;

    /// Ends an attempt whose answer exceeds a bound. Adapters rethrow it. It has no stack trace, because a provider
    /// determines how often it is thrown.
    private static final class AnswerTooLargeException extends RuntimeException {

        private final Failure failure;

        private AnswerTooLargeException(Failure failure) {
            super(failure.message(), null, false, false);
            this.failure = failure;
        }
    }

    private final AnswerSink sink;
    private final ServedBy servedBy;
    private final Runnable onOpen;
    private final HeldBytes memory;
    private final BlockNumbers blocks = new BlockNumbers();
    private List<Chunk> held = List.of();
    private long bytes;
    private long characters;
    private @Nullable TokenUsage usage;
    private boolean open;
    private @Nullable Throwable thrown;

    /// The attempt's thread; null once the attempt is over.
    private @Nullable Thread thread = Thread.currentThread();

    /// Whether a chunk was refused because it arrived on another thread, or after the attempt.
    private volatile boolean misused;

    /// @param memory the memory that all streams share
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

    /// Rethrows the exception that ended the stream, in case an adapter ignored it.
    @Override
    public void accept(Chunk chunk, boolean more) {
        if (!Thread.currentThread().equals(thread)) {
            misused = true;
            throw new IllegalStateException("a chunk of an attempt that is over, or on another thread");
        }
        rethrowIfThrown();
        // A malformed chunk throws here, not in the sink, because the adapter is at fault.
        characters += AnswerLimits.characters(chunk);
        usage = chunk.usageAfter(usage);
        String exceeded = characters > AnswerLimits.CHARACTERS ? "characters" : blocks.count(chunk);
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
            thrown = e;
            throw e;
        }
    }

    private void hold(Chunk chunk) {
        boolean repeats = !held.isEmpty() && held.getLast().equals(chunk);
        if (repeats && !hasContentInExtras(chunk)) {
            return;
        }
        long after = bytes + AnswerLimits.bytes(chunk);
        if (held.size() == MOST_HELD || after > HeldBytes.MOST_PER_STREAM) {
            throw new AnswerTooLargeException(
                    Failure.Unavailable.because("the answer has too much before its first content"));
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

    private static boolean hasContentInExtras(Chunk chunk) {
        return chunk.pieces().stream().anyMatch(piece -> piece.delta().extras().carryContent());
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

    void close() {
        drop();
        thread = null;
    }

    private void drop() {
        held = List.of();
        memory.change(bytes, 0);
        bytes = 0;
    }

    long characters() {
        return characters;
    }

    /// The usage that the provider has reported so far; null for none.
    @Nullable
    TokenUsage usage() {
        return usage;
    }

    /// Whether the sink has thrown, or the answer exceeded a bound.
    boolean hasThrown() {
        return thrown != null;
    }

    /// The reply to report. A failure after the gate opened becomes an interruption. Rethrows the sink's exception.
    LlmReply outcome(LlmReply reply) {
        if (thrown instanceof AnswerTooLargeException tooLarge) {
            return new LlmReply.Failed(interruptedIfOpen(tooLarge.failure));
        }
        rethrowIfThrown();
        return switch (reply) {
            case LlmReply.Answered _
            when misused ->
                new LlmReply.Failed(
                        interruptedIfOpen(new Failure.Unattributed("its adapter handed on chunks on another thread")));
            case LlmReply.Answered(var completion, var _)
            when !open && hasContent(completion) && held.stream().noneMatch(CommitGate::hasContentInExtras) ->
                new LlmReply.Failed(
                        new Failure.Unattributed("its adapter returned the content of a stream without chunks"));
            case LlmReply.Answered answered -> {
                open();
                yield answered;
            }
            case LlmReply.Failed(var failure) -> new LlmReply.Failed(interruptedIfOpen(failure));
        };
    }

    private static boolean hasContent(Completion completion) {
        return completion.characters() > 0
                || completion.choices().stream()
                        .anyMatch(choice -> choice.content().extras().carryContent());
    }

    private void rethrowIfThrown() {
        if (thrown != null) {
            sneakyThrow(thrown);
        }
    }

    /// Rethrows unchanged, checked exceptions too: code in other JVM languages may throw them.
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneakyThrow(Throwable thrown) throws E {
        throw (E) thrown;
    }

    private Failure interruptedIfOpen(Failure failure) {
        return !open || failure instanceof Failure.Interrupted || failure instanceof Failure.Cancelled
                ? failure
                : Failure.Interrupted.by(failure);
    }
}
