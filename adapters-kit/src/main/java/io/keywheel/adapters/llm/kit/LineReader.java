package io.keywheel.adapters.llm.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, line by line as long as there is time.
final class LineReader implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    /// Many times what a model says at once: a provider gone mad must not take the gateway with it.
    private static final int LONGEST_LINE = 8 << 20;

    private final InputStream body;
    private final Patience patience;

    LineReader(InputStream body, Patience patience) {
        this.body = new BufferedInputStream(body);
        this.patience = patience;
    }

    /// The next line; a missing node at the end.
    JsonNode next() throws IOException {
        var alarm = new CompletableFuture<@Nullable Void>().orTimeout(patience.nanosLeft(), TimeUnit.NANOSECONDS);
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

    @Override
    @SuppressWarnings("EmptyCatch") // nobody wants more of it
    public void close() {
        try {
            body.close();
        } catch (IOException _) {
        }
    }
}
