package io.keywheel.contract;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.LineTalk.State;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

final class LinePieces {

    private final ChunkSink sink;
    private final Mutant mutant;
    private String held = "";
    private String all = "";
    private boolean said;
    private int calls;
    private FinishReason reason = FinishReason.OTHER;
    private @Nullable TokenUsage usage;

    LinePieces(ChunkSink sink, Mutant mutant) {
        this.sink = sink;
        this.mutant = mutant;
    }

    State take(String line) {
        if (line.startsWith("call ")) {
            String[] parts = line.split(" ", 4);
            return wish(parts[1], parts[2], parts[3]);
        }
        if (line.startsWith("more ")) {
            boolean again = mutant.is("sends_the_id_and_name_of_a_streamed_tool_call_once");
            return wish(null, again ? "" : null, line.substring(5));
        }
        if (line.startsWith("think ")) {
            boolean mixed = mutant.is("keeps_streamed_reasoning_apart_from_text");
            give(mixed ? Chunk.text(line.substring(6)) : Chunk.reasoning(line.substring(6)));
            return State.SAID;
        }
        if (line.startsWith("end ")) {
            reason = FinishReason.valueOf(line.split(" ", 3)[1]);
            usage = LineAnswer.usage(line);
            return State.ENDED;
        }
        if (!line.startsWith("say ")) {
            return State.STRANGE;
        }
        said = true;
        String words = held + LineAnswer.words(line);
        held = "";
        all += words;
        if ((words.endsWith(" ") && mutant.is("delivers_each_chunk_when_it_arrives"))
                || (words.startsWith(" ") && mutant.is("delivers_the_content_before_a_stream_error"))) {
            held = words;
        } else {
            give(Chunk.text(words));
        }
        return State.SAID;
    }

    private State wish(@Nullable String id, @Nullable String name, String arguments) {
        said = true;
        if (!mutant.is("delivers_a_streamed_tool_call")) {
            calls += id == null ? 0 : 1;
            int index = mutant.is("separates_streamed_parallel_tool_calls") ? 0 : calls - 1;
            String known = id != null && mutant.is("keeps_the_ids_of_streamed_tool_calls") ? "call-" + index : id;
            var wish = new ToolCallPart(index, known, name, arguments);
            give(Chunk.of(new Chunk.Delta("", "", List.of(wish), Extras.NONE)));
        }
        return State.SAID;
    }

    private void give(Chunk chunk) {
        try {
            if (mutant.is("calls_the_sink_on_the_thread_of_the_caller")) {
                elsewhere(() -> sink.accept(chunk));
            } else {
                sink.accept(chunk);
            }
        } catch (RuntimeException e) {
            if (mutant.is("never_calls_a_sink_again_after_it_threw")) {
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
        if (!said && !mutant.is("rejects_an_empty_stream")) {
            return new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
        }
        boolean stops = mutant.is("reports_the_finish_reason_of_a_stream")
                || (calls > 0 && mutant.is("finishes_a_streamed_tool_call_with_tool_calls"));
        return new LlmReply.Answered(
                Completion.of(
                        Reply.of(mutant.is("repeats_no_text_at_the_end_of_a_stream") ? all : ""),
                        stops ? FinishReason.STOP : reason,
                        mutant.is("reports_the_usage_of_a_stream")
                                ? new TokenUsage(7, 5, 0, 3L, 2L, Extras.NONE)
                                : usage),
                RateLimitStatus.UNKNOWN);
    }

    LlmReply brokenOff(LlmReply reply) {
        if (mutant.is("delivers_each_chunk_when_it_arrives")) {
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
