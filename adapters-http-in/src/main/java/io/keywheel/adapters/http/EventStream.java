package io.keywheel.adapters.http;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.application.port.in.Serving;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Server-sent events, each sent as soon as it is there.
///
/// The head goes out with the first of them: until then every failure can still be a proper status.
final class EventStream {

    static final String TYPE = "text/event-stream; charset=utf-8";

    private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerResponse response;
    private final Exchange exchange;
    private @Nullable OutputStream stream;

    EventStream(ServerResponse response, Exchange exchange) {
        this.response = response;
        this.exchange = exchange;
    }

    boolean isOpen() {
        return stream != null;
    }

    /// Sends the head, naming who answers.
    void open(Serving serving) {
        exchange.served(serving);
        Replies.name(response, serving);
        start();
    }

    /// Sends the head.
    void start() {
        response.header(HeaderNames.CONTENT_TYPE, TYPE);
        // Asks proxies that would collect the answer first to pass it on as it comes.
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        stream = response.outputStream();
    }

    /// @param data one line
    void send(byte[] data) {
        write(BEFORE, data);
    }

    /// Says nothing, so that nobody on the way takes the line for a dead one.
    void keepAlive() {
        write(COMMENT);
    }

    private void write(byte[]... pieces) {
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

    void close() {
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
