package io.keywheel.contract;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The sink of a call, behind the faults that concern it.
final class LineSink implements ChunkSink {

    private final ChunkSink sink;
    private final Duration idle;
    private final Mutant mutant;
    private final List<Chunk> held = new ArrayList<>();

    LineSink(ChunkSink sink, Duration idle, Mutant mutant) {
        this.sink = sink;
        this.idle = idle;
        this.mutant = mutant;
    }

    @Override
    public void accept(Chunk chunk) {
        if (mutant.is("delivers_each_chunk_when_it_arrives")
                || mutant.is("delivers_the_content_before_a_stream_error")) {
            held.add(chunk);
            return;
        }
        long began = System.nanoTime();
        try {
            give(chunk);
        } catch (RuntimeException e) {
            if (mutant.is("never_calls_a_sink_again_after_it_threw")) {
                sink.accept(chunk);
            }
            throw mutant.is("rethrows_an_exception_of_the_sink") ? new IllegalStateException(e) : e;
        } catch (StackOverflowError e) {
            throw mutant.is("rethrows_an_error_of_the_sink") ? new AssertionError(e) : e;
        }
        if (mutant.is("counts_no_time_of_a_slow_sink_as_idle") && System.nanoTime() - began > idle.toNanos() / 2) {
            throw new IllegalStateException("idle");
        }
    }

    private void give(Chunk chunk) {
        if (!mutant.is("calls_the_sink_on_the_thread_of_the_caller")) {
            sink.accept(chunk);
            return;
        }
        try {
            CompletableFuture.runAsync(() -> sink.accept(chunk)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    void end(LlmReply reply) {
        if (reply instanceof LlmReply.Answered) {
            held.forEach(sink::accept);
        }
    }
}
