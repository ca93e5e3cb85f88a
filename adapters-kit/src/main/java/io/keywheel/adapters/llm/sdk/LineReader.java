package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keywheel.adapters.llm.memory.AnswerMemory.Share;
import io.keywheel.domain.failover.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, line by line or as a whole, as long as there is time.
final class LineReader implements AutoCloseable {

    /// What a tree of this many parts takes, 16 MiB at most, a few answers may take at once.
    private static final int MOST_TOKENS = 200_000;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    // A table of field names would outlive the answer that they came with.
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /// Many times what a model says at once: a provider gone mad must not take the gateway with it.
    private static final int LONGEST = 8 << 20;

    /// Many times what a model says in one go.
    private static final int LONGEST_LINE = 1 << 20;
    private static final int LONGEST_ERROR = 64 << 10;

    /// So often, in bytes, it is seen to that there is memory for more.
    private static final int STEP = 4 << 10;

    /// No byte: what is sought by it is the end of the body.
    private static final int NONE = -1;

    private final InputStream body;
    private final AttemptDeadline attemptDeadline;
    private final Share share;

    /// @param share of what holds the answer
    LineReader(InputStream body, AttemptDeadline attemptDeadline, Share share) {
        this.body = new BufferedInputStream(body);
        this.attemptDeadline = attemptDeadline;
        this.share = share;
    }

    /// The next line that is not blank; a missing node at the end.
    JsonNode next() throws IOException {
        var line = new ByteArrayOutputStream();
        boolean more = true;
        while (more && isBlank(line)) {
            line.reset();
            more = read(line, '\n', LONGEST_LINE);
        }
        return json(line);
    }

    /// All that is left, as one value; a missing node where that is nothing.
    JsonNode whole() throws IOException {
        var all = new ByteArrayOutputStream();
        read(all, NONE, LONGEST);
        return json(all);
    }

    /// As much of an error as there is to get: the status alone says enough to go on.
    String error() throws IOException {
        var error = new ByteArrayOutputStream();
        try {
            read(error, NONE, LONGEST_ERROR);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        return error.toString(StandardCharsets.UTF_8);
    }

    /// A text as JSON; a missing node where it is none.
    static JsonNode jsonIn(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return JSON.missingNode();
        }
    }

    /// What Jackson says of it has a part of it, and with that perhaps a key.
    private static JsonNode json(ByteArrayOutputStream bytes) throws IOException {
        try {
            return JSON.readTree(bytes.toByteArray());
        } catch (JsonProcessingException _) {
            throw new IOException("what it sent is no JSON");
        }
    }

    private static boolean isBlank(ByteArrayOutputStream line) {
        // No need to look at a long one, over and over.
        return line.size() < 80 && line.toString(StandardCharsets.UTF_8).isBlank();
    }

    /// Reads up to `end`, which is left out.
    ///
    /// @return whether there may be more
    private boolean read(ByteArrayOutputStream bytes, int end, int longest) throws IOException {
        var alarm =
                new CompletableFuture<@Nullable Void>().orTimeout(attemptDeadline.nanosLeft(), TimeUnit.NANOSECONDS);
        var _ = alarm.exceptionally(_ -> {
            close();
            return null;
        });
        try {
            int next = body.read();
            for (; next >= 0 && next != end; next = body.read()) {
                bytes.write(next);
                if (bytes.size() > longest) {
                    throw new IOException("an answer without end");
                }
                if (bytes.size() % STEP == 0 && !share.hold(bytes.size())) {
                    throw new RefusedException(new Failure.Unattributed("too much of its other answers is under way"));
                }
            }
            return next >= 0;
        } catch (IOException e) {
            throw alarm.isDone() ? new HttpTimeoutException("nothing more in time") : e;
        } finally {
            alarm.complete(null);
        }
    }

    @Override
    @SuppressWarnings("EmptyCatch") // nobody wants more of it
    public void close() {
        share.close();
        try {
            body.close();
        } catch (IOException _) {
        }
    }
}
