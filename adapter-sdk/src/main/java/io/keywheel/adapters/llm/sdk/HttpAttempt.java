package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.EventReader.Event;
import io.keywheel.adapters.llm.transport.AnswerMemory;
import io.keywheel.adapters.llm.transport.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One request and its answer. Confined to the thread of the attempt.
///
/// Each event of a stream becomes a chunk. After the first chunk with content, each failure is an interruption.
final class HttpAttempt implements AutoCloseable {

    /// The most bytes of an answer, many times a usual one: a broken provider must not use up the gateway's memory.
    private static final int LARGEST_ANSWER = 8 << 20;

    private static final int LARGEST_LIST = 4 << 20;

    /// How long the usage and the end of the stream may take after the last choice has ended.
    private static final Duration REMAINDER = Duration.ofSeconds(1);

    /// How long the end of the body may take after the end of the stream. It usually comes in the same packet. The
    /// connection can serve again only after it.
    private static final Duration END_OF_BODY = Duration.ofMillis(100);

    private static final Failure EMPTY = new Failure.EmptyReply("the answer was empty");

    private final Protocol protocol;
    private final SecretRedactor secretRedactor;
    private final AnswerMemory memory;
    private final AttemptDeadline deadline;
    private final Share share;
    private final Response response;
    private @Nullable TokenUsage usage;
    private boolean committed;
    private boolean extrasHaveContent;

    private HttpAttempt(HttpAdapter adapter, AttemptDeadline deadline, Response response) {
        this.protocol = adapter.protocol;
        this.secretRedactor = adapter.secretRedactor;
        this.memory = adapter.memory;
        this.share = memory.share();
        this.deadline = deadline;
        this.response = response;
    }

    /// Sends a request, and returns when a successful answer begins.
    static HttpAttempt send(HttpAdapter adapter, Transport.Request request, AttemptDeadline deadline)
            throws TransportException, InterruptedException, FailureException {
        var attempt = new HttpAttempt(adapter, deadline, adapter.transport.send(request, deadline));
        if (!attempt.response.successful()) {
            try (attempt) {
                throw new FailureException(attempt.refusal());
            }
        }
        return attempt;
    }

    private Failure refusal() throws InterruptedException {
        byte[] body = response.body().beginning(deadline);
        return protocol.refusal(response.status(), response.headers(), body);
    }

    List<ModelId> models() throws TransportException, InterruptedException, FailureException {
        byte[] list = response.body().whole(deadline, LARGEST_LIST, share);
        // Drops ids that contain a piece of a key: they are not models, and all clients would see them.
        return memory.read(list.length, () -> protocol.models(list)).stream()
                .filter(model -> !secretRedactor.nameHasSecret(model.value()))
                .distinct()
                .toList();
    }

    LlmReply complete() throws TransportException, InterruptedException, FailureException {
        byte[] bytes = response.body().whole(deadline, LARGEST_ANSWER, share);
        Chunk chunk = memory.read(
                bytes.length, () -> protocol.reader(response.headers()).whole(bytes));
        Completion completion = WholeAnswer.of(secretRedactor.chunks().apply(chunk));
        return WholeAnswer.isEmpty(completion) ? new LlmReply.Failed(EMPTY) : answered(completion);
    }

    /// Passes a stream to `sink` up to its end. Rethrows the sink's exceptions unchanged.
    ///
    /// @param choices the number of requested choices
    LlmReply stream(ChunkSink sink, int choices) throws TransportException, InterruptedException, FailureException {
        Protocol.Reader reader = protocol.reader(response.headers());
        if (!isStream()) {
            Failure error = reader.error(response.body().beginning(deadline));
            throw error == null
                    ? FailureException.because("its answer is not the requested stream")
                    : new FailureException(error);
        }
        var finish = new FinishTracker(choices);
        try {
            return relay(reader, sink, finish);
        } catch (TransportException e) {
            if (finish.allBegunEnded()) {
                return end(finish);
            }
            if (committed) {
                throw new FailureException(new Failure.Interrupted(e.reason(), e.reason()));
            }
            throw e;
        } catch (FailureException e) {
            // An error after a complete answer is ignored.
            if (finish.allRequestedEnded() && isAnswer(finish)) {
                return end(finish);
            }
            throw committed ? new FailureException(Failure.Interrupted.by(e.failure())) : e;
        }
    }

    /// Whether the answer is a stream. Some providers answer a stream request with an error in plain JSON and a
    /// success status.
    private boolean isStream() {
        String type = response.headers().get("content-type");
        if (type == null || protocol.framing() != Framing.SERVER_SENT_EVENTS) {
            return true;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        return !lower.contains("json") && !lower.contains("html");
    }

    private LlmReply relay(Protocol.Reader reader, ChunkSink sink, FinishTracker finish)
            throws TransportException, InterruptedException, FailureException {
        var events = new EventReader(protocol.framing(), share);
        UnaryOperator<Chunk> mask = secretRedactor.chunks();
        while (true) {
            byte[] bytes = response.body().next(deadline);
            events.add(bytes);
            for (Event event = events.next(); event != null; ) {
                if (event.isDone()) {
                    deadline.limitTo(END_OF_BODY);
                    response.body().beginning(deadline);
                    return end(finish);
                }
                Event following = events.next();
                boolean last = following == null
                        || (following.isDone() && !response.body().hasEnded());
                take(mask.apply(reader.next(event)), !last, sink, finish);
                event = following;
            }
            if (bytes == null) {
                if (finish.allBegunEnded()) {
                    return end(finish);
                }
                throw TransportException.broken("the stream ended before the answer was complete", null);
            }
        }
    }

    /// @param more whether another event, or the end, has arrived with this one
    private void take(Chunk chunk, boolean more, ChunkSink sink, FinishTracker finish) {
        boolean wasFinished = finish.allRequestedEnded();
        for (Piece piece : chunk.pieces()) {
            finish.take(piece);
            committed |= piece.delta().carriesContent();
            extrasHaveContent |= piece.delta().extras().carryContent();
        }
        usage = chunk.usageAfter(usage);
        long sinkStart = wasFinished ? System.nanoTime() : 0;
        sink.accept(chunk, more);
        // After the sink has returned, so that only the provider's time is measured, not the reader's.
        if (wasFinished) {
            // The limit is not renewed, so that further chunks cannot postpone the end.
            deadline.exclude(System.nanoTime() - sinkStart);
        } else if (finish.allRequestedEnded()) {
            deadline.limitTo(REMAINDER);
        } else if (committed) {
            deadline.startIdleTimeout();
        }
    }

    private LlmReply end(FinishTracker finish) {
        return isAnswer(finish) ? answered(Completion.streamed(finish.reasons(), usage)) : new LlmReply.Failed(EMPTY);
    }

    private boolean isAnswer(FinishTracker finish) {
        return committed
                || extrasHaveContent
                || FinishTracker.explainsEmptiness(finish.reasons().firstEntry().getValue());
    }

    private LlmReply answered(Completion completion) {
        return new LlmReply.Answered(completion, protocol.rateLimitStatus(response.headers()));
    }

    @Override
    public void close() {
        share.close();
        response.close();
    }
}
