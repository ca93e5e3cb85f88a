package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.sdk.SseReader;
import io.keywheel.adapters.llm.sdk.SseReader.Event;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One streamed answer on its way to the sink.
///
/// Every event goes on as a chunk. The first that carries content is the point of no return: before it, a failure
/// is what it is, and after it the answer is interrupted.
final class CompletionStream {

    /// How long the end of the body may take after the end of the stream. It usually comes in the same
    /// packet, and lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(100);

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
            for (Event event : bytes == null ? events.end() : events.read(bytes)) {
                if (event.data().startsWith("[DONE]")) {
                    sayFarewell();
                    return null;
                }
                Failure failure = take(event);
                if (failure != null) {
                    return failure;
                }
            }
            if (bytes == null) {
                return finishTracker.complete()
                        ? null
                        : new Failure.Unavailable("the stream ended before the answer did", null);
            }
        }
    }

    private @Nullable Failure take(Event event) {
        JsonNode root = Json.parse(event.data());
        Failure failure = failures.inside(root, response.headers());
        if (failure == null && "error".equals(event.name())) {
            failure = failures.spoken(event.data(), response.headers());
        }
        if (failure != null) {
            return failure;
        }
        if (!root.isObject()) {
            return event.data().isBlank() ? null : NO_JSON;
        }
        take(names.apply(ChunkReader.read(root)));
        return null;
    }

    private void take(Chunk chunk) {
        chunk.pieces().forEach(finishTracker::take);
        usage = chunk.usage() == null ? usage : chunk.usage();
        committed |= chunk.carriesContent();
        filled |= chunk.pieces().stream()
                .anyMatch(piece -> EmptyReplyCheck.isFilledBy(piece.delta().extras()));
        sink.accept(chunk);
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
