package io.keywheel.adapters.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import java.lang.System.Logger.Level;
import java.util.function.BiConsumer;

/// Sends errors in the format of the requested API.
///
/// Helidon's error handlers are not used: they log a stack trace and send again, even to a disconnected client.
public record ErrorSender(PathRules pathRules, StandardErrors standardErrors, ActiveChats activeChats) {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    public Handler guard(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ServerConnectionException e) {
                throw clientDisconnected(e);
            } catch (CloseConnectionException e) {
                throw e;
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                if (ClientConnection.current().isGone()) {
                    throw clientDisconnected(e);
                }
                send(request, response, e);
            }
        };
    }

    /// The native API's response to a failure. For a bug, it has no details; the log has them, with the request id.
    public ErrorResponse errorOf(Throwable e) {
        return switch (e) {
            case RefusedException refused -> standardErrors.of(refused);
            case ChatException failed -> {
                RequestContext.current().attemptsFailed(failed.attempts());
                yield failed instanceof ChatCancelledException && activeChats.hasCancelled()
                        // Cancelled by a stop of the gateway, not by the client.
                        ? standardErrors.of(ActiveChats.shuttingDown())
                        : standardErrors.of(failed);
            }
            case BadSettingsException bad -> standardErrors.of(bad);
            default -> {
                String id = RequestContext.current().id();
                LOG.log(Level.ERROR, "request " + id + " failed unexpectedly", e);
                yield standardErrors.of(
                        new RefusedException(HttpError.INTERNAL, "something went wrong in the gateway"));
            }
        };
    }

    /// Records that the client disconnected before its answer. Throwing the result ends the connection.
    static CloseConnectionException clientDisconnected(Throwable e) {
        RequestContext requestContext = RequestContext.current();
        if (e instanceof ChatException ended) {
            requestContext.attemptsFailed(ended.attempts());
        }
        requestContext.clientDisconnected();
        return new CloseConnectionException("the client disconnected", e);
    }

    void send(ServerRequest request, ServerResponse response, Throwable failure) {
        send(request, failure, (error, body) -> HttpResponses.send(request, response, error, body));
    }

    /// Sends a failure. If there is no memory for its error, `unavailable` replaces it, which is short enough to
    /// need no budget.
    ///
    /// @param writer sends an error, and its body in the format of the API
    void send(ServerRequest request, Throwable failure, BiConsumer<ErrorResponse, ObjectNode> writer) {
        RequestContext requestContext = RequestContext.current();
        ErrorFormat format = pathRules.formats().apply(requestContext.path(), request.headers());
        ErrorResponse error = format.of(errorOf(failure), failure instanceof ChatException failed ? failed : null);
        requestContext.failed(error);
        try {
            writer.accept(error, format.body(error, requestContext.id()));
        } catch (ServerConnectionException e) {
            throw clientDisconnected(e);
        } catch (RefusedException e) {
            send(request, e, writer);
        }
    }
}
