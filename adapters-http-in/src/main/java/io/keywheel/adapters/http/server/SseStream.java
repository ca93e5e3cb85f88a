package io.keywheel.adapters.http.server;

import static java.util.Objects.requireNonNull;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Sends server-sent events; events added together leave in one write.
///
/// The status line is sent with the first event, so that an earlier failure can still set the status. Only the
/// pings of [#pingAfter] come from another thread.
public final class SseStream {

    /// A comment, which clients ignore; it keeps proxies from closing the connection as idle.
    public static final String KEEP_ALIVE = ":\n\n";

    public static final String TYPE = "text/event-stream; charset=utf-8";

    private static final Header CONTENT_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, TYPE);

    /// Makes proxies that buffer responses forward the events immediately.
    private static final Header UNBUFFERED = HeaderValues.createCached("X-Accel-Buffering", "no");

    private static final byte[] DATA_PREFIX = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT_END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    /// In bytes; buffered events of this size are sent even if more follow.
    private static final int FLUSH_BYTES = 8 << 10;

    private final ServerResponse response;
    private final ClientConnection connection = ClientConnection.current();
    private ByteArrayOutputStream unsent = newBuffer();
    private @Nullable OutputStream stream;
    private @Nullable Pings pings;
    private @Nullable ServerConnectionException pingFailure;
    private long lastWrite;

    /// The event that is sent after a silence of `after`.
    private record Pings(Duration after, byte[] event) {}

    public SseStream(ServerResponse response) {
        this.response = response;
    }

    /// Whether an event was sent, or waits for [#flush]: then a failure is sent as an event, too.
    boolean hasBegun() {
        return stream != null || unsent.size() > 0;
    }

    /// After the first event, sends `event` whenever nothing was sent for `interval`, until [#stopPings].
    ///
    /// @param event in wire format, with its blank line
    public void pingAfter(Duration interval, String event) {
        pings = new Pings(interval, event.getBytes(StandardCharsets.UTF_8));
    }

    /// Buffers an event without a name for [#flush], as [#addAs] does.
    ///
    /// @param data one line, in one or more pieces
    public void add(byte[]... data) {
        addAs(DATA_PREFIX, data);
    }

    public static byte[] eventPrefix(String name) {
        return ("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
    }

    /// Buffers a named event for [#flush]. A large one is sent immediately and alone: its refusal drops no other.
    ///
    /// @param prefix from [#eventPrefix]
    /// @param data one line, in one or more pieces
    /// @throws RefusedException if there is no memory for a large event
    public synchronized void addAs(byte[] prefix, byte[]... data) {
        int length = prefix.length;
        for (byte[] piece : data) {
            length += piece.length;
        }
        if (length >= FLUSH_BYTES) {
            flush();
        }
        unsent.writeBytes(prefix);
        for (byte[] piece : data) {
            unsent.writeBytes(piece);
        }
        unsent.writeBytes(EVENT_END);
        if (unsent.size() >= FLUSH_BYTES) {
            flush();
        }
    }

    /// Sends the events that were added since the last call.
    ///
    /// @throws ServerConnectionException if the client has disconnected; also without events, once a ping showed it
    public synchronized void flush() {
        if (pingFailure != null) {
            throw pingFailure;
        }
        if (unsent.size() == 0) {
            return;
        }
        byte[] events = unsent.toByteArray();
        if (events.length > FLUSH_BYTES) {
            // Frees the buffer of a large event, which the stream would otherwise keep until its end.
            unsent = newBuffer();
        } else {
            unsent.reset();
        }
        connection.withinBudget(events.length, () -> write(events));
    }

    private static ByteArrayOutputStream newBuffer() {
        return new ByteArrayOutputStream(1 << 10);
    }

    private void write(byte[] events) {
        if (stream == null) {
            response.header(CONTENT_TYPE);
            response.header(UNBUFFERED);
            stream = response.outputStream();
            if (pings != null) {
                Pings ping = pings;
                Thread.ofVirtual().name("keywheel-ping").start(() -> ping(ping));
            }
        }
        OutputStream open = stream;
        try {
            open.write(events);
            open.flush();
        } catch (IOException | UncheckedIOException e) {
            throw new ServerConnectionException("the client disconnected", e);
        }
        lastWrite = System.nanoTime();
    }

    /// Holds the lock of all writes, so that no ping lands inside an event. A ping that the client does not read
    /// in time closes its connection, as any write does.
    private synchronized void ping(Pings ping) {
        try {
            while (pings != null) {
                long remaining = lastWrite + ping.after().toNanos() - System.nanoTime();
                if (remaining > 0) {
                    wait(remaining / 1_000_000 + 1);
                } else {
                    write(ping.event());
                }
            }
        } catch (ServerConnectionException e) {
            pingFailure = e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops the pings, so that none lands in what the server sends after the stream, such as an error response.
    public synchronized void stopPings() {
        pings = null;
        notifyAll();
    }

    public synchronized void close() {
        flush();
        try {
            requireNonNull(stream).close();
        } catch (IOException e) {
            throw new ServerConnectionException("the client disconnected", e);
        }
    }
}
