package io.keywheel.adapters.http.server;

import io.helidon.common.uri.UriPath;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.access.AllowedOrigins;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Filters every request: sets its id, checks CORS and the access token, counts running chats, writes the log
/// line, and ends the connection if due.
public record RequestFilter(
        AccessTokenCheck accessTokenCheck,
        AllowedOrigins allowedOrigins,
        RequestRecorder requestRecorder,
        PathRules pathRules,
        ErrorSender errorSender,
        ActiveChats activeChats)
        implements Filter {

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().rawPath();
        String id = RequestId.in(request.headers());
        var requestContext = new RequestContext(id, request.prologue().method().text(), path, pathRules.apiOf(path));
        ErrorFormat format = pathRules.formats().apply(path, request.headers());
        HttpResponses.setCommonHeaders(response.headers(), id, format);
        // A chat may wait, and its `Retry-After` counts from this date.
        response.beforeSend(() -> HttpResponses.setDate(
                response.headers(), requestRecorder.clock().instant()));
        requestContext.during(() -> handle(chain, request, response, requestContext));
        closeIfDue(request, response, requestContext);
    }

    private void handle(
            FilterChain chain, RoutingRequest request, RoutingResponse response, RequestContext requestContext) {
        try {
            if (allowedOrigins.setHeaders(request, response)) {
                AllowedOrigins.answerPreflight(request, response);
                return;
            }
            boolean isChat = pathRules.chats().containsKey(requestContext.path());
            if (isChat) {
                requestRecorder.begin(requestContext, request.headers());
            }
            checkAdmission(requestContext, request.headers(), response);
            requireCanonical(request);
            if (!request.content().hasEntity()) {
                ClientConnection.current().becomeBusy();
            }
            if (isChat) {
                requestContext.countHops(request.headers());
                requestContext.beginChat(activeChats.begin(requestContext.cancellation()::cancel));
            }
            chain.proceed();
        } catch (RefusedException e) {
            errorSender.send(request, response, e);
        } finally {
            record(response, requestContext);
        }
    }

    private void record(RoutingResponse response, RequestContext requestContext) {
        boolean sent = response.isSent() || response.hasEntity();
        requestContext.sent(sent ? response.status().code() : RequestContext.CLIENT_CLOSED_REQUEST);
        if (requestContext.hasFailed() || !pathRules.unlogged().test(requestContext.path())) {
            requestRecorder.end(requestContext);
        }
    }

    private void checkAdmission(RequestContext requestContext, Headers headers, RoutingResponse response) {
        String path = requestContext.path();
        ClientConnection connection = ClientConnection.current();
        if (!pathRules.healthChecks().contains(path) && !connection.hasRegularSlot()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
            throw new RefusedException(HttpError.UNAVAILABLE, "the gateway has reached its limit of connections");
        }
        requestContext.authenticated(accessTokenCheck.check(path, headers));
        if (!accessTokenCheck.isOpen(path)) {
            connection.trust();
        }
    }

    /// Helidon routes by the decoded, normalized path. Only one spelling is accepted, so no other bypasses a check.
    private void requireCanonical(RoutingRequest request) {
        UriPath path = request.prologue().uriPath();
        String written = path.rawPath();
        // A model id may be percent-encoded; any other difference from Helidon's path is refused.
        String decodedPath = pathRules.encoded().test(written) ? decoded(written) : written;
        if (!decodedPath.equals(path.path())) {
            throw pathRules.notFound().apply(written);
        }
    }

    private static String decoded(String path) {
        // `URLDecoder` would decode a plus to a space, as in a form. Helidon has refused invalid encodings.
        return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Helidon sends `Connection: close` but leaves the socket open, and reads on after an unread body. After a
    /// 408, the rest of the body is not awaited. After the interrupt of a stop, Helidon would send a second answer.
    private static void closeIfDue(RoutingRequest request, RoutingResponse response, RequestContext requestContext) {
        boolean unread = request.content().hasEntity() && !request.content().consumed();
        if (unread && !waitsForContinue(request) && !response.status().equals(Status.REQUEST_TIMEOUT_408)) {
            ClientConnection.current().linger(requestContext.restOfBody(request));
        }
        if (unread
                || hasConnectionClose(request.headers())
                || response.headers().contains(HeaderValues.CONNECTION_CLOSE)
                || Thread.currentThread().isInterrupted()) {
            throw new CloseConnectionException("this was the last request of the connection");
        }
        ClientConnection.current().expectRequest();
    }

    private static boolean hasConnectionClose(Headers headers) {
        return headers.contains(HeaderNames.CONNECTION) && headers.containsToken(HeaderValues.CONNECTION_CLOSE);
    }

    private static boolean waitsForContinue(RoutingRequest request) {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent();
    }
}
