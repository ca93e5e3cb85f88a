package io.keywheel.adapters.http.server;

import static java.util.Objects.requireNonNull;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.BodyBudget;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.application.port.in.ServedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Server-sent events; those that come together leave in one write.
///
/// The head goes out with the first of them: until then every failure can still be a proper status. Only the pings of
/// [#pingAfter] come from another thread.
public final class SseStream {

    /// A comment: no client hears it, and no proxy takes the connection for idle.
    public static final String KEEP_ALIVE = ":\n\n";

    public static final String TYPE = "text/event-stream; charset=utf-8";

    private static final Header CONTENT_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, TYPE);

    /// Asks proxies that would collect the answer first to pass it on as it comes.
    private static final Header UNBUFFERED = HeaderValues.createCached("X-Accel-Buffering", "no");

    private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);

    /// From so many bytes on, events leave although more follow.
    private static final int MOST_TOGETHER = 8 << 10;

    private final ServerResponse response;
    private final RequestContext requestContext = RequestContext.current();
    private final ClientConnection connection = ClientConnection.current();
    private ByteArrayOutputStream unsent = newBuffer();
    private @Nullable OutputStream stream;
    private @Nullable Pings pings;
    private @Nullable Thread pinger;
    private long spoke;

    /// What is sent when nothing else is.
    private record Pings(Duration after, byte[] event) {}

    public SseStream(ServerResponse response) {
        this.response = response;
    }

    boolean isOpen() {
        return stream != null;
    }

    /// Sends the head, naming who answers.
    public void open(ServedBy servedBy) {
        requestContext.served(servedBy);
        HttpResponses.name(response, servedBy);
        start();
    }

    /// Sends the head.
    public void start() {
        response.header(CONTENT_TYPE);
        response.header(UNBUFFERED);
        stream = response.outputStream();
    }

    /// From the first event on, sends `event` whenever nothing was sent for a while, until [#stopPings].
    ///
    /// @param event with its end, as it goes over the wire
    public void pingAfter(Duration interval, String event) {
        pings = new Pings(interval, event.getBytes(StandardCharsets.UTF_8));
    }

    /// Adds an event, for [#flush].
    ///
    /// @param data one line, in however many pieces
    public void add(byte[]... data) {
        addAs(BEFORE, data);
    }

    /// What comes before the data of each event of a name.
    public static byte[] headOf(String name) {
        return ("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
    }

    /// Adds an event that has a name, for [#flush].
    ///
    /// @param head of its name
    /// @param data one line, in however many pieces
    public synchronized void addAs(byte[] head, byte[]... data) {
        unsent.writeBytes(head);
        for (byte[] piece : data) {
            unsent.writeBytes(piece);
        }
        unsent.writeBytes(AFTER);
        if (unsent.size() >= MOST_TOGETHER) {
            flush();
        }
    }

    /// Sends the events that were added since the last call.
    public synchronized void flush() {
        if (unsent.size() == 0) {
            return;
        }
        byte[] events = unsent.toByteArray();
        if (events.length > MOST_TOGETHER) {
            // A large event must not take its room for as long as the stream goes on.
            unsent = newBuffer();
        } else {
            unsent.reset();
        }
        try {
            connection.whileHeld(events.length, () -> write(events));
        } catch (BodyBudget.FullException e) {
            throw RefusedException.of(e);
        }
    }

    public synchronized void keepAlive() {
        unsent.writeBytes(KEEP_ALIVE.getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    private static ByteArrayOutputStream newBuffer() {
        return new ByteArrayOutputStream(1 << 10);
    }

    private void write(byte[] events) {
        OutputStream open = requireNonNull(stream);
        try {
            open.write(events);
            open.flush();
        } catch (IOException | UncheckedIOException | SocketWriterException | ServerConnectionException e) {
            throw new ClientGoneException(e);
        }
        spoke = System.nanoTime();
        if (pings != null && pinger == null) {
            Pings ping = pings;
            pinger = Thread.ofVirtual().name("keywheel-ping").start(() -> ping(ping));
        }
    }

    /// Waits on the lock of all that sends, so that no ping comes into the midst of an event. What the client does not
    /// take in time closes its connection, as any write does.
    private synchronized void ping(Pings ping) {
        try {
            while (pings != null) {
                long left = spoke + ping.after().toNanos() - System.nanoTime();
                if (left > 0) {
                    wait(left / 1_000_000 + 1);
                } else {
                    connection.whileHeld(ping.event().length, () -> write(ping.event()));
                }
            }
        } catch (InterruptedException | ClientGoneException | BodyBudget.FullException _) {
            // The thread that sends the answer learns it by itself.
        }
    }

    /// Ends the pings: what follows is not part of the stream.
    synchronized void stopPings() {
        pings = null;
        notifyAll();
    }

    /// Sends what waited, and the end.
    public synchronized void close() {
        pings = null;
        flush();
        try {
            requireNonNull(stream).close();
        } catch (IOException | ServerConnectionException e) {
            throw new ClientGoneException(e);
        }
    }
}
