package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.memory.AnswerMemory;
import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One request and its answer. Confined to the thread of the attempt.
final class HttpAttempt implements AutoCloseable {

    /// How long the end of the body may take after that of the answer. It lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(200);

    private final ProviderSettings settings;
    private final FormatGuard formatGuard;
    private final AttemptDeadline attemptDeadline;
    private final Share share;
    private final UnaryOperator<Chunk> names;
    private LineReader lines;
    private boolean committed;

    HttpAttempt(
            ProviderSettings settings, FormatGuard formatGuard, AnswerMemory memory, AttemptDeadline attemptDeadline) {
        this.settings = settings;
        this.formatGuard = formatGuard;
        this.attemptDeadline = attemptDeadline;
        this.share = memory.share();
        this.names = formatGuard.names();
        this.lines = new LineReader(InputStream.nullInputStream(), attemptDeadline, share);
    }

    /// Returns when a success has begun to answer.
    ///
    /// @param question null asks for what is there
    void send(HttpClient client, KeySlot slot, String path, @Nullable JsonNode question)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.baseUrl() + path))
                .header("User-Agent", "Keywheel/0.1.0")
                .header("Accept", "application/json, application/x-ndjson");
        if (question != null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(question.toString()));
        }
        String secret = settings.key(slot).reveal();
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        HttpResponse<InputStream> response = answer(client.sendAsync(request.build(), BodyHandlers.ofInputStream()));
        lines = new LineReader(response.body(), attemptDeadline, share);
        if (response.statusCode() != 200) {
            throw new RefusedException(refusal(response));
        }
    }

    private HttpResponse<InputStream> answer(CompletableFuture<HttpResponse<InputStream>> sent)
            throws IOException, InterruptedException {
        try {
            return sent.get(attemptDeadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        } catch (CancellationException e) {
            throw new IOException(e);
        } catch (TimeoutException _) {
            throw new HttpTimeoutException("no answer in time");
        } finally {
            sent.cancel(true); // One that is done does not mind; any other hangs up.
        }
    }

    private Failure refusal(HttpResponse<InputStream> response) throws IOException {
        return formatGuard.refusal(
                response.statusCode(),
                lines.error(),
                response.headers().firstValue("Retry-After").orElse(null));
    }

    /// Hands on what is said, to its end. What the sink throws comes out unchanged.
    LlmReply relay(boolean streamed, ChunkSink sink) throws IOException {
        boolean said = false;
        while (true) {
            Chunk chunk = chunk(streamed ? lines.next() : lines.whole());
            said |= chunk.carriesContent();
            committed = streamed && said;
            sink.accept(chunk);
            if (committed) {
                // Behind the sink: only the provider's time is measured, not the reader's.
                attemptDeadline.allow(settings.timeouts().idle());
            }
            Optional<FinishReason> end = chunk.pieces().stream()
                    .map(Piece::finishReason)
                    .filter(Objects::nonNull)
                    .findFirst();
            if (end.isPresent()) {
                if (streamed) {
                    sayFarewell();
                }
                return said || end.get() == FinishReason.LENGTH
                        ? new LlmReply.Answered(Completion.streamed(end.get(), chunk.usage()), RateLimitStatus.UNKNOWN)
                        : new LlmReply.Failed(new Failure.EmptyReply("the answer was empty"));
            }
        }
    }

    private Chunk chunk(JsonNode said) throws IOException {
        String error = formatGuard.error(said);
        if (error != null) {
            throw new RefusedException(
                    committed ? new Failure.Interrupted(error) : new Failure.Unavailable(error, null));
        }
        return names.apply(formatGuard.chunk(said));
    }

    private void sayFarewell() {
        attemptDeadline.allow(FAREWELL);
        try {
            lines.next();
        } catch (IOException _) {
            close();
        }
    }

    /// The list of models, once it is there.
    List<ModelId> models() throws IOException {
        return formatGuard.models(lines.whole());
    }

    /// What has gone wrong.
    Failure failure(Exception e) {
        if (e instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            return new Failure.Cancelled();
        }
        if (e instanceof RefusedException refused) {
            return refused.failure();
        }
        // The client quotes what it could not read.
        String words = formatGuard.shown(Objects.requireNonNullElse(e.getMessage(), "the connection failed"));
        if (committed) {
            return new Failure.Interrupted(words);
        }
        if (!(e instanceof HttpTimeoutException)) {
            return new Failure.Unavailable(words, null);
        }
        return attemptDeadline.isOutOfTime() ? new Failure.OutOfTime() : new Failure.TimedOut(words);
    }

    @Override
    public void close() {
        lines.close();
    }
}
