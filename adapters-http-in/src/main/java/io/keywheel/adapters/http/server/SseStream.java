package io.keywheel.adapters.http.server;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.BodyBudget;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.application.port.in.ServedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Server-sent events, each sent as soon as it is there.
///
/// The head goes out with the first of them: until then every failure can still be a proper status.
public final class SseStream {

    public static final String TYPE = "text/event-stream; charset=utf-8";

    private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerResponse response;
    private final RequestContext requestContext;
    private @Nullable OutputStream stream;

    public SseStream(ServerResponse response, RequestContext requestContext) {
        this.response = response;
        this.requestContext = requestContext;
    }

    boolean isOpen() {
        return stream != null;
    }

    /// Sends the head, naming who answers.
    public void open(ServedBy servedBy) {
        requestContext.served(servedBy);
        Responses.name(response, servedBy);
        start();
    }

    /// Sends the head.
    public void start() {
        response.header(HeaderNames.CONTENT_TYPE, TYPE);
        // Asks proxies that would collect the answer first to pass it on as it comes.
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        stream = response.outputStream();
    }

    /// @param data one line
    public void send(byte[] data) {
        write(BEFORE, data);
    }

    /// Sends a comment, so that no proxy closes the connection as idle.
    public void keepAlive() {
        write(COMMENT);
    }

    private void write(byte[]... pieces) {
        int bytes = 0;
        for (byte[] piece : pieces) {
            bytes += piece.length;
        }
        try {
            ClientConnections.current().whileHeld(bytes, () -> writeNow(pieces));
        } catch (BodyBudget.FullException e) {
            throw RefusedException.of(e);
        }
    }

    private void writeNow(byte[]... pieces) {
        OutputStream open = open();
        try {
            for (byte[] piece : pieces) {
                open.write(piece);
            }
            open.write(AFTER);
            open.flush();
        } catch (IOException | UncheckedIOException | SocketWriterException | ServerConnectionException e) {
            throw new ClientGoneException(e);
        }
    }

    public void close() {
        try {
            open().close();
        } catch (IOException | ServerConnectionException e) {
            throw new ClientGoneException(e);
        }
    }

    private OutputStream open() {
        if (stream == null) {
            throw new IllegalStateException("the use case sent a chunk before it opened the stream");
        }
        return stream;
    }
}
