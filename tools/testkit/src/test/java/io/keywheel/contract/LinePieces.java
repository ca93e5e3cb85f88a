package io.keywheel.contract;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.LineTalk.State;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A stream's pieces on their way to the sink.
final class LinePieces {

    private final ChunkSink sink;
    private final Crime crime;
    private String held = "";
    private boolean said;
    private FinishReason reason = FinishReason.OTHER;
    private @Nullable TokenUsage usage;

    LinePieces(ChunkSink sink, Crime crime) {
        this.sink = sink;
        this.crime = crime;
    }

    State take(String line) {
        if (line.startsWith("call ")) {
            return wish(line.split(" ", 3));
        }
        if (line.startsWith("end ")) {
            String[] parts = line.split(" ", 4);
            reason = FinishReason.valueOf(parts[1]);
            usage = LineAnswer.usage(parts);
            return State.ENDED;
        }
        if (!line.startsWith("say ")) {
            return State.STRANGE;
        }
        said = true;
        String words = held + LineAnswer.words(line);
        held = "";
        if ((words.endsWith(" ") && crime.is(Fault.HANDS_ON_EACH_PIECE_WHEN_IT_IS_SAID))
                || (words.startsWith(" ") && crime.is(Fault.KEEPS_WHAT_A_STREAM_SAID_BEFORE_IT_BROKE))) {
            held = words;
        } else {
            give(Chunk.text(words));
        }
        return State.SAID;
    }

    private State wish(String[] parts) {
        said = true;
        if (!crime.is(Fault.HANDS_ON_THE_WISH_TO_CALL_A_FUNCTION_IN_A_STREAM)) {
            var wish = new ToolCallPart(0, "1", parts[1], parts[2]);
            give(Chunk.of(new Chunk.Delta("", "", List.of(wish), Extras.NONE)));
        }
        return State.SAID;
    }

    private void give(Chunk chunk) {
        try {
            if (crime.is(Fault.CALLS_THE_SINK_ON_THE_THREAD_OF_THE_CALLER)) {
                elsewhere(() -> sink.accept(chunk));
            } else {
                sink.accept(chunk);
            }
        } catch (RuntimeException e) {
            if (crime.is(Fault.TELLS_A_SINK_THAT_THREW_NO_MORE)) {
                sink.accept(chunk);
            }
            throw e;
        }
    }

    private static void elsewhere(Runnable action) {
        try {
            CompletableFuture.runAsync(action).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    LlmReply end() {
        flush();
        if (!said && !crime.is(Fault.TAKES_AN_EMPTY_STREAM_FOR_A_FAILURE)) {
            return new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
        }
        return new LlmReply.Answered(
                Completion.streamed(
                        crime.is(Fault.TELLS_WHY_A_STREAM_ENDED) ? FinishReason.STOP : reason,
                        crime.is(Fault.TELLS_WHAT_A_STREAM_COST) ? null : usage),
                RateLimitStatus.UNKNOWN);
    }

    LlmReply brokenOff(LlmReply reply) {
        if (crime.is(Fault.HANDS_ON_EACH_PIECE_WHEN_IT_IS_SAID)) {
            flush();
        }
        return reply;
    }

    private void flush() {
        if (!held.isEmpty()) {
            give(Chunk.text(held));
            held = "";
        }
    }
}
