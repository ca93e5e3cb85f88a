package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.BoundedBodies;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One request and its answer. Confined to the thread of the attempt.
final class HttpAttempt implements AutoCloseable {

    /// How long the end of the body may take after that of the answer. It lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(200);

    private final Transport transport;
    private final FormatGuard format;
    private final AttemptDeadline attemptDeadline;
    private final Share share;
    private final UnaryOperator<Chunk> names;
    private @Nullable Response response;
    private boolean committed;

    HttpAttempt(Transport transport, FormatGuard format, Share share, AttemptDeadline attemptDeadline) {
        this.transport = transport;
        this.format = format;
        this.attemptDeadline = attemptDeadline;
        this.share = share;
        this.names = format.names();
    }

    /// Returns when a success has begun to answer.
    JsonFrames send(Transport.Request request, Framing framing)
            throws TransportException, InterruptedException, RefusedException {
        Response sent = transport.send(request, attemptDeadline);
        response = sent;
        if (sent.status() != 200) {
            String body = new String(BoundedBodies.beginning(sent.body(), attemptDeadline), StandardCharsets.UTF_8);
            throw new RefusedException(format.refusal(sent.status(), sent.headers(), body));
        }
        return new JsonFrames(sent.body(), framing, attemptDeadline, share);
    }

    /// Hands on an answer to its end. What the sink throws comes out unchanged.
    LlmReply relay(JsonFrames frames, Format.Decoder decoder, boolean streamed, ChunkSink sink)
            throws TransportException, InterruptedException, RefusedException {
        boolean said = false;
        while (true) {
            Chunk chunk = chunk(frames.next(), decoder);
            said |= chunk.carriesContent();
            committed = streamed && said;
            sink.accept(chunk);
            if (committed) {
                // Behind the sink: only the provider's time is measured, not the reader's.
                attemptDeadline.heardContent();
            }
            Optional<FinishReason> end = chunk.pieces().stream()
                    .map(Piece::finishReason)
                    .filter(Objects::nonNull)
                    .findFirst();
            if (end.isPresent()) {
                sayFarewell();
                boolean explained = end.get() == FinishReason.LENGTH || end.get() == FinishReason.CONTENT_FILTER;
                return said || explained
                        ? new LlmReply.Answered(Completion.streamed(end.get(), chunk.usage()), RateLimitStatus.UNKNOWN)
                        : new LlmReply.Failed(new Failure.EmptyReply("the answer was empty"));
            }
        }
    }

    private Chunk chunk(JsonNode value, Format.Decoder decoder) throws TransportException, RefusedException {
        String error = format.error(value);
        if (error != null) {
            throw new RefusedException(
                    committed ? new Failure.Interrupted(error) : new Failure.Unavailable(error, null));
        }
        return names.apply(format.chunk(decoder, value));
    }

    private void sayFarewell() throws InterruptedException {
        attemptDeadline.shorten(FAREWELL);
        BoundedBodies.beginning(Objects.requireNonNull(response).body(), attemptDeadline);
    }

    List<ModelId> models(JsonFrames frames) throws TransportException, InterruptedException {
        return format.models(frames.next());
    }

    /// What has gone wrong.
    Failure failure(Exception e) {
        return switch (e) {
            case RefusedException refused -> refused.failure();
            case TransportException broken ->
                committed ? new Failure.Interrupted(broken.reason()) : broken.failure(attemptDeadline);
            default -> {
                Thread.currentThread().interrupt();
                yield new Failure.Cancelled();
            }
        };
    }

    @Override
    public void close() {
        share.close();
        if (response != null) {
            response.close();
        }
    }
}
