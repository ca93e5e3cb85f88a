package io.keywheel.adapters.http.server;

import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.application.port.in.ChatCancelledException;
import io.keywheel.application.port.in.ChatException;
import java.lang.System.Logger.Level;

/// Sends errors in the format of one API.
///
/// Not by Helidon's error handlers: where the client has left, too, they log a stack trace and try again.
public record ErrorSender(ErrorFormat format, ActiveChats activeChats) {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    /// `handler`, with every failure of it answered.
    public Handler guard(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ClientGoneException | ServerConnectionException e) {
                left(e);
            } catch (CloseConnectionException | RequestException e) {
                // Helidon's own ways to end a connection, or a request that is no HTTP.
                throw e;
            } catch (Exception e) {
                if (ClientConnection.current().isGone()) {
                    left(e);
                }
                answer(request, response, e);
            }
        };
    }

    private void answer(ServerRequest request, ServerResponse response, Exception e) {
        switch (e) {
            case RefusedException refused -> refused(request, response, refused);
            case ChatException failed -> {
                RequestContext.current().failed(failed);
                send(request, response, errorOf(failed));
            }
            default -> send(request, response, internal(RequestContext.current().id(), e));
        }
    }

    void refused(ServerRequest request, ServerResponse response, RefusedException e) {
        send(request, response, format.of(e));
    }

    public ErrorResponse errorOf(RefusedException e) {
        return format.of(e);
    }

    /// The error of a failed chat. A chat that a stop cut short was not cancelled by its client.
    public ErrorResponse errorOf(ChatException e) {
        if (e instanceof ChatCancelledException && activeChats.isCut()) {
            return format.of(new RefusedException(HttpError.UNAVAILABLE, "the gateway is shutting down"));
        }
        return format.of(e);
    }

    /// Says nothing of `e` but where it can be looked up.
    public ErrorResponse internal(String requestId, Throwable e) {
        LOG.log(Level.ERROR, "request " + requestId + " failed unexpectedly", e);
        return format.of(new RefusedException(HttpError.INTERNAL, "something went wrong in the gateway"));
    }

    /// Records that the client left before it was answered.
    static void left(Exception e) {
        RequestContext requestContext = RequestContext.current();
        if (e instanceof ChatException ended) {
            requestContext.failed(ended);
        }
        requestContext.clientLeft();
        throw new CloseConnectionException("the client has left", e);
    }

    public void send(ServerRequest request, ServerResponse response, ErrorResponse error) {
        RequestContext requestContext = RequestContext.current();
        requestContext.failed(error);
        try {
            Responses.send(request, response, error, format.body(error, requestContext.id()));
        } catch (ServerConnectionException e) {
            left(e);
        }
    }
}
