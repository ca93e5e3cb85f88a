package io.keywheel.adapters.http;

import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import java.lang.System.Logger.Level;

/// Sends what went wrong, in the words of one door.
///
/// Not by Helidon's error handlers: where the client has left, too, they log a stack trace and try again.
final class Errors {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private final ErrorWords words;
    private final Running running;

    Errors(ErrorWords words, Running running) {
        this.words = words;
        this.running = running;
    }

    /// `handler`, with every failure of it answered.
    Handler guard(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ClientGoneException | ServerConnectionException e) {
                left(request, e);
            } catch (CloseConnectionException | RequestException e) {
                // Helidon's own ways to end a connection, or a request that is no HTTP.
                throw e;
            } catch (Exception e) {
                if (Lines.current().isGone()) {
                    left(request, e);
                }
                answer(request, response, e);
            }
        };
    }

    private void answer(ServerRequest request, ServerResponse response, Exception e) {
        switch (e) {
            case RefusedException refused -> refused(request, response, refused);
            case ChatRequest.InvalidException invalid -> refused(request, response, RefusedException.of(invalid));
            case BadSettingsException bad -> send(request, response, NativeErrors.of(bad));
            case ChatException failed -> {
                Exchange.of(request).failed(failed);
                send(request, response, answer(failed));
            }
            default -> send(request, response, internal(Exchange.of(request).id(), e));
        }
    }

    void refused(ServerRequest request, ServerResponse response, RefusedException e) {
        send(request, response, words.of(e));
    }

    ErrorAnswer answer(RefusedException e) {
        return words.of(e);
    }

    /// How the end of a chat is told: one that a stop has cut short was not the client's doing.
    ErrorAnswer answer(ChatException e) {
        if (e instanceof ChatCancelledException && running.isCut()) {
            return words.of(new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down"));
        }
        return words.of(e);
    }

    /// Says nothing of `e` but where it can be looked up.
    ErrorAnswer internal(String requestId, Throwable e) {
        LOG.log(Level.ERROR, "request " + requestId + " failed unexpectedly", e);
        return words.of(new RefusedException(Fault.INTERNAL, "something went wrong in the gateway"));
    }

    /// Nobody is there to be told.
    static void left(ServerRequest request, Exception e) {
        Exchange exchange = Exchange.of(request);
        if (e instanceof ChatException ended) {
            exchange.failed(ended);
        }
        exchange.clientLeft();
        throw new CloseConnectionException("the client has left", e);
    }

    private void send(ServerRequest request, ServerResponse response, ErrorAnswer answer) {
        Exchange exchange = Exchange.of(request);
        exchange.failed(answer);
        try {
            Replies.send(request, response, answer, words.body(answer, exchange.id()));
        } catch (ServerConnectionException e) {
            left(request, e);
        }
    }
}
