package io.keywheel.adapters.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.adapters.llm.kit.JsonLines.Format;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.KeySlot;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One request, and its answer line by line as long as there is time. Confined to the thread of the attempt.
final class Attempt implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    /// Many times what a model says at once: a provider gone mad must not take the gateway with it.
    private static final int LONGEST_LINE = 8 << 20;

    /// How long the end of the body may take after that of the answer. It lets the connection serve again.
    private static final Duration FAREWELL = Duration.ofMillis(200);

    /// A timer may go off this much before its time.
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(5);

    private final ProviderSettings settings;
    private final Format format;
    private final long deadline;
    private long limit;
    private boolean committed;
    private InputStream body = InputStream.nullInputStream();

    Attempt(ProviderSettings settings, Format format, Duration timeLeft) {
        this.settings = settings;
        this.format = format;
        this.deadline = System.nanoTime() + timeLeft.toNanos();
        allow(settings.timeouts().firstToken());
    }

    /// What comes next may take so long.
    private void allow(Duration longest) {
        limit = System.nanoTime() + longest.toNanos();
    }

    private long left() {
        return Math.min(limit, deadline) - System.nanoTime();
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
        String secret = settings.keys().get(slot.ordinal() - 1).reveal();
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        HttpResponse<InputStream> response = answer(client.sendAsync(request.build(), BodyHandlers.ofInputStream()));
        body = new BufferedInputStream(response.body());
        if (response.statusCode() != 200) {
            throw new RefusedException(refusal(response));
        }
    }

    private HttpResponse<InputStream> answer(CompletableFuture<HttpResponse<InputStream>> sent)
            throws IOException, InterruptedException {
        try {
            return sent.get(left(), TimeUnit.NANOSECONDS);
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
        int status = response.statusCode();
        String words = error(next());
        if (words == null) {
            return new Failure.Unavailable("status " + status + " and no words that it knows", null);
        }
        return format.refusal(
                status,
                words,
                response.headers()
                        .firstValue("Retry-After")
                        .filter(text -> text.matches("\\d{1,6}"))
                        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                        .orElse(null));
    }

    /// Hands on what is said, to its end. What the sink throws comes out unchanged.
    LlmReply relay(boolean streamed, ChunkSink sink) throws IOException {
        boolean said = false;
        while (true) {
            Chunk chunk = chunk();
            said |= chunk.carriesContent();
            if (streamed && said) {
                committed = true;
                allow(settings.timeouts().idle());
            }
            sink.accept(chunk);
            Optional<FinishReason> end = chunk.pieces().stream()
                    .map(Piece::finishReason)
                    .filter(Objects::nonNull)
                    .findFirst();
            if (end.isPresent()) {
                sayFarewell();
                return said || end.get() == FinishReason.LENGTH
                        ? new LlmReply.Answered(Completion.streamed(end.get(), chunk.usage()), Allowance.UNKNOWN)
                        : new LlmReply.Failed(new Failure.EmptyReply("the answer was empty"));
            }
        }
    }

    private Chunk chunk() throws IOException {
        JsonNode line = next();
        String error = error(line);
        if (error != null) {
            throw new RefusedException(
                    committed ? new Failure.Interrupted(error) : new Failure.Unavailable(error, null));
        }
        return format.chunk(line).orElseThrow(() -> new IOException("what it sent is no part of an answer"));
    }

    private @Nullable String error(JsonNode object) {
        String words = format.error(object);
        for (ApiKey key : settings.keys()) {
            words = words == null || key.reveal().isEmpty() ? words : words.replace(key.reveal(), "[key]");
        }
        return words;
    }

    private void sayFarewell() {
        allow(FAREWELL);
        try {
            next();
        } catch (IOException _) {
            close();
        }
    }

    /// The next line; a missing node at the end.
    JsonNode next() throws IOException {
        var alarm = new CompletableFuture<@Nullable Void>().orTimeout(left(), TimeUnit.NANOSECONDS);
        var _ = alarm.exceptionally(_ -> {
            close();
            return null;
        });
        var line = new ByteArrayOutputStream();
        try {
            for (int next = body.read(); next >= 0 && next != '\n'; next = body.read()) {
                line.write(next);
                if (line.size() > LONGEST_LINE) {
                    throw new IOException("a line without end");
                }
            }
            return JSON.readTree(line.toByteArray());
        } catch (IOException e) {
            throw alarm.isDone() ? new HttpTimeoutException("nothing more in time") : e;
        } finally {
            alarm.complete(null);
        }
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
        String words = Objects.requireNonNullElse(e.getMessage(), "the connection failed");
        if (committed) {
            return new Failure.Interrupted(words);
        }
        if (!(e instanceof HttpTimeoutException)) {
            return new Failure.Unavailable(words, null);
        }
        return isOutOfTime() ? new Failure.OutOfTime() : new Failure.TimedOut(words);
    }

    private boolean isOutOfTime() {
        return deadline < limit && deadline - System.nanoTime() <= SLACK;
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException _) {
            body = InputStream.nullInputStream();
        }
    }
}
