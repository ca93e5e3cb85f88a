package io.keywheel.application.service;

import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.Serving;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;

/// Stands between one attempt and the reader, and opens at the first chunk with content: until then the
/// attempt can fail unseen, after that it cannot be taken back.
///
/// Used by the attempt's thread alone.
final class CommitGate implements ChunkSink {

    private final AnswerSink sink;
    private final Serving serving;
    private final Runnable onOpen;
    private boolean open;

    CommitGate(AnswerSink sink, Serving serving, Runnable onOpen) {
        this.sink = sink;
        this.serving = serving;
        this.onOpen = onOpen;
    }

    @Override
    public void accept(Chunk chunk) {
        if (chunk.carriesContent()) {
            open();
            sink.accept(chunk);
        }
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
            sink.open(serving);
        }
    }

    private static Failure midway(Failure failure) {
        return failure instanceof Failure.Interrupted || failure instanceof Failure.Cancelled
                ? failure
                : new Failure.Interrupted(failure.message());
    }
}
