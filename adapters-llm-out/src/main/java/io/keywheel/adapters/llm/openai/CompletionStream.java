package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.sdk.SseReader;
import io.keywheel.adapters.llm.sdk.SseReader.Event;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One streamed answer on its way to the sink.
///
/// Every event goes on as a chunk. The first that carries content is the point of no return: before it, a
/// failure is what it is, and after it the answer is interrupted.
final class CompletionStream {

    /// How long the end of the body may take after the end of the stream. It usually comes in the same
    /// packet, and lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(100);

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private static final Failure NO_JSON = new Failure.Unavailable("the stream has an event that is no JSON", null);

    /// How long what follows the end of the answer may take: its usage, and the word that it was all.
    private static final Duration REMAINDER = Duration.ofSeconds(1);

    private final Response response;
    private final ChunkSink sink;
    private final AttemptDeadline attemptDeadline;
    private final FailureReader failures;
    private final UnaryOperator<Chunk> names;
    private final Share share;
    private final SseReader events;
    private final ChunkTemplate template = new ChunkTemplate();
    private final FinishTracker finishTracker;
    private @Nullable TokenUsage usage;
    private boolean committed;
    private boolean filled;

    /// @param choices how many the request wants
    CompletionStream(
            Response response, ChunkSink sink, AttemptDeadline attemptDeadline, Endpoint endpoint, int choices) {
        this.finishTracker = new FinishTracker(choices);
        this.response = response;
        this.sink = sink;
        this.attemptDeadline = attemptDeadline;
        this.failures = endpoint.failures();
        this.names = endpoint.mask().chunks();
        this.share = endpoint.memory().share();
        this.events = new SseReader(share);
    }

    /// Reads to the end; what the sink throws comes out unchanged.
    LlmReply relay() throws InterruptedException {
        try {
            Failure failure = pump();
            return failure == null ? end() : failed(failure);
        } catch (TransportException e) {
            if (finishTracker.complete()) {
                return end();
            }
            return failed(e.failure(attemptDeadline), e.reason());
        } finally {
            share.close();
        }
    }

    private @Nullable Failure pump() throws TransportException, InterruptedException {
        while (true) {
            byte[] bytes = response.body().next(attemptDeadline);
            if (bytes == null) {
                events.end();
            } else {
                events.add(bytes);
            }
            for (Event event = nextEvent(); event != null; ) {
                if (event.startsWith(DONE)) {
                    sayFarewell();
                    return null;
                }
                Event following = nextEvent();
                boolean last = following == null
                        || (following.startsWith(DONE) && !response.body().hasEnded());
                Failure failure = take(event, !last);
                if (failure != null) {
                    return failure;
                }
                event = following;
            }
            if (bytes == null) {
                return finishTracker.complete()
                        ? null
                        : new Failure.Unavailable("the stream ended before the answer did", null);
            }
        }
    }

    /// The next complete event that says anything.
    private @Nullable Event nextEvent() throws TransportException {
        Event event = events.next();
        while (event != null && event.isBlank() && !isError(event)) {
            event = events.next();
        }
        return event;
    }

    private static boolean isError(Event event) {
        return "error".equals(event.name());
    }

    /// @param more whether another event, or the end, has arrived with this one
    private @Nullable Failure take(Event event, boolean more) {
        Chunk known = event.name() == null ? template.read(event.bytes(), event.from(), event.to()) : null;
        if (known != null) {
            take(known, more);
            return null;
        }
        AnswerReader.Event read = AnswerReader.event(event.bytes(), event.from(), event.to());
        if (read == null || isError(event) || ErrorBody.mayBeIn(read.chunk().extras())) {
            Failure failure = failures.inside(event, isError(event), response.headers());
            if (failure != null) {
                return failure;
            }
        }
        if (read == null) {
            return NO_JSON;
        }
        Chunk chunk = names.apply(read.chunk());
        template.learn(read, chunk, event.bytes(), event.from(), event.to());
        take(chunk, more);
        return null;
    }

    private void take(Chunk chunk, boolean more) {
        for (Piece piece : chunk.pieces()) {
            Delta delta = piece.delta();
            finishTracker.take(piece);
            committed |= delta.carriesContent();
            filled |= EmptyReplyCheck.isFilledBy(delta.extras());
        }
        usage = chunk.usage() == null ? usage : chunk.usage();
        sink.accept(chunk, more);
        if (finishTracker.all()) {
            attemptDeadline.shorten(REMAINDER);
        } else if (committed) {
            attemptDeadline.heardContent();
        }
    }

    private LlmReply end() {
        FinishReason reason = finishTracker.first();
        return committed || filled || EmptyReplyCheck.isExplainedBy(reason)
                ? new LlmReply.Answered(
                        Completion.streamed(reason, usage), RateLimitReader.allowance(response.headers()))
                : new LlmReply.Failed(EmptyReplyCheck.FAILURE);
    }

    private LlmReply failed(Failure failure) {
        return failed(failure, failure.message());
    }

    private LlmReply failed(Failure before, String after) {
        return new LlmReply.Failed(committed ? new Failure.Interrupted(after) : before);
    }

    private void sayFarewell() throws InterruptedException {
        attemptDeadline.shorten(FAREWELL);
        BoundedBodies.beginning(response.body(), attemptDeadline);
    }
}
