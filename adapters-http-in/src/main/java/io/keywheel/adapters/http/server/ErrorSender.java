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
import io.keywheel.adapters.http.errors.StandardErrors;
import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import java.lang.System.Logger.Level;

/// Sends errors in the format of the API that was asked.
///
/// Not by Helidon's error handlers: where the client has left, too, they log a stack trace and try again.
public record ErrorSender(PathRules pathRules, StandardErrors standardErrors, ActiveChats activeChats) {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    /// `handler`, with every failure of it answered.
    public Handler guard(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response);
            } catch (ClientGoneException | ServerConnectionException e) {
                throw left(e);
            } catch (CloseConnectionException | RequestException e) {
                // Helidon's own ways to end a connection, or a request that is no HTTP.
                throw e;
            } catch (Exception e) {
                if (ClientConnection.current().isGone()) {
                    throw left(e);
                }
                send(request, response, e);
            }
        };
    }

    ErrorFormat formatFor(ServerRequest request) {
        return pathRules.formats().apply(RequestContext.current().path(), request.headers());
    }

    /// What the native API answers to a failure.
    public ErrorResponse errorOf(Throwable e) {
        return errorOf(e, standardErrors);
    }

    /// What is answered to a failure. Of a bug it says nothing but where it can be looked up.
    ErrorResponse errorOf(Throwable e, ErrorFormat format) {
        return switch (e) {
            case RefusedException refused -> format.of(standardErrors.of(refused), null);
            case ChatException failed -> {
                RequestContext.current().attemptsFailed(failed.attempts());
                yield failed instanceof ChatCancelledException && activeChats.isCut()
                        // A stop cut it short, and not its client.
                        ? errorOf(ActiveChats.shuttingDown(), format)
                        : format.of(standardErrors.of(failed), failed);
            }
            case BadSettingsException bad -> format.of(standardErrors.of(bad), null);
            default -> {
                String id = RequestContext.current().id();
                LOG.log(Level.ERROR, "request " + id + " failed unexpectedly", e);
                yield errorOf(new RefusedException(HttpError.INTERNAL, "something went wrong in the gateway"), format);
            }
        };
    }

    /// Records that the client left before it was answered. What is returned ends its connection.
    static CloseConnectionException left(Exception e) {
        RequestContext requestContext = RequestContext.current();
        if (e instanceof ChatException ended) {
            requestContext.attemptsFailed(ended.attempts());
        }
        requestContext.clientLeft();
        return new CloseConnectionException("the client has left", e);
    }

    void send(ServerRequest request, ServerResponse response, Exception failure) {
        ErrorFormat format = formatFor(request);
        ErrorResponse error = errorOf(failure, format);
        RequestContext requestContext = RequestContext.current();
        requestContext.failed(error);
        try {
            HttpResponses.send(request, response, error, format.body(error, requestContext.id()));
        } catch (ServerConnectionException e) {
            throw left(e);
        }
    }
}
