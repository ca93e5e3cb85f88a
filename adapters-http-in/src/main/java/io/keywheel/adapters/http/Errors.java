package io.keywheel.adapters.http;

import io.helidon.http.HttpException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import java.lang.System.Logger.Level;

/// Sends what went wrong, in the words of the native door.
final class Errors {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private final NativeErrors words;
    private final Running running;

    Errors(NativeErrors words, Running running) {
        this.words = words;
        this.running = running;
    }

    void register(HttpRouting.Builder routing) {
        routing.error(RefusedException.class, this::refused)
                .error(
                        ChatRequest.InvalidException.class,
                        (request, response, e) -> refused(request, response, RefusedException.of(e)))
                .error(ChatException.class, this::failed)
                .error(ServerConnectionException.class, (request, _, e) -> left(request, e))
                .error(
                        HttpException.class,
                        (request, response, e) -> send(
                                request, response, DirectAnswers.of(e.status().code())))
                .error(Throwable.class, this::unexpected);
    }

    void refused(ServerRequest request, ServerResponse response, RefusedException e) {
        send(request, response, words.of(e));
    }

    private void failed(ServerRequest request, ServerResponse response, ChatException e) {
        if (Lines.current().isGone()) {
            left(request, e);
        }
        ErrorAnswer answer = answer(e);
        Exchange.of(request).failed(e, answer);
        Replies.send(request, response, answer);
    }

    ErrorAnswer answer(RefusedException e) {
        return words.of(e);
    }

    /// How the end of a chat is told: one that a stop has cut short was not the client's doing.
    ErrorAnswer answer(ChatException e) {
        if (e instanceof ChatCancelledException && running.isCut()) {
            // The interrupt has done its work, and would break the line it is told on.
            Thread.interrupted();
            return words.of(new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down"));
        }
        return words.of(e);
    }

    private void unexpected(ServerRequest request, ServerResponse response, Throwable e) {
        if (Lines.current().isGone()) {
            left(request, e);
        }
        send(request, response, internal(Exchange.of(request).id(), e));
    }

    /// Says nothing of `e` but where it can be looked up.
    ErrorAnswer internal(String requestId, Throwable e) {
        LOG.log(Level.ERROR, "request " + requestId + " failed unexpectedly", e);
        return words.of(new RefusedException(Fault.INTERNAL, "something went wrong in the gateway"));
    }

    /// Nobody is there to be told.
    static void left(ServerRequest request, Throwable e) {
        Exchange.of(request).clientLeft();
        throw new CloseConnectionException("the client has left", e);
    }

    private static void send(ServerRequest request, ServerResponse response, ErrorAnswer answer) {
        Exchange.of(request).failed(answer);
        Replies.send(request, response, answer);
    }
}
