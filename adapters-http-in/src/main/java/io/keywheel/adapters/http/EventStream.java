package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.Serving;
import io.keywheel.domain.chat.Chunk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// An answer as server-sent events, each sent as soon as it is there.
///
/// The head goes out with the first of them: until then every failure can still be a proper status.
final class EventStream implements AnswerSink {

    private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
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

    @Override
    public void open(Serving serving) {
        exchange.served(serving);
        Replies.name(response, serving);
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(Replies.NO_STORE);
        // Asks proxies that would collect the answer first to pass it on as it comes.
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        stream = response.outputStream();
    }

    @Override
    public void accept(Chunk chunk) {
        NativeAnswers.of(chunk).ifPresent(said -> send(said.put("done", false)));
    }

    void end(Answer answer) {
        if (stream == null) {
            open(answer.serving());
        }
        ObjectNode last = Json.object().put("content", "").put("done", true);
        send(NativeAnswers.end(last, answer));
        close();
    }

    void breakOff(ErrorAnswer answer) {
        send(answer.body().put("done", true));
        close();
    }

    private void send(ObjectNode event) {
        OutputStream open = open();
        try {
            open.write(BEFORE);
            open.write(Json.bytes(event));
            open.write(AFTER);
            open.flush();
        } catch (IOException | UncheckedIOException | SocketWriterException | ServerConnectionException e) {
            throw new ClientGoneException(e);
        }
    }

    private void close() {
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
