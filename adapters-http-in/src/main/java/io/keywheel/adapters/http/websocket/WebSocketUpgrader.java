package io.keywheel.adapters.http.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.server.PathRules.ApiNames;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestId;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `GET /api/chat/ws`: turns a request into a WebSocket.
///
/// A refused handshake is handled as a plain request, so that the filter or [#refuse] sends an ordinary error.
public final class WebSocketUpgrader implements Http1Upgrader {

    public static final String PATH = "/api/chat/ws";

    private static final String VERSION = "13";
    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION_NAME = HeaderNames.create("Sec-WebSocket-Version");
    private static final Pattern SIXTEEN_BYTES = Pattern.compile("[A-Za-z0-9+/]{22}==");
    private static final Header CONNECTION_UPGRADE = HeaderValues.create(HeaderNames.CONNECTION, "upgrade");

    private final WebSocketChats.Services services;
    private final Set<WebSocketConnection> open = ConcurrentHashMap.newKeySet();

    public WebSocketUpgrader(WebSocketChats.Services services) {
        this.services = services;
        services.activeChats()
                .onDrain(() ->
                        open.stream().<Runnable>map(socket -> socket::drain).toList());
    }

    @Override
    public String supportedProtocol() {
        return "websocket";
    }

    /// Returns null if the request is not upgraded.
    @Override
    @SuppressWarnings("NullAway") // Helidon's API expects null, but has no annotations.
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        if (!prologue.uriPath().rawPath().equals(PATH) || !prologue.method().equals(Method.GET)) {
            return null;
        }
        String client;
        try {
            client = services.accessTokenCheck().check(PATH, headers);
            services.activeChats().requireNotDraining();
            requireKey(headers);
        } catch (RefusedException _) {
            // The filter or `refuse` sends the same error to the client.
            return null;
        }
        if (!isHandshake(headers) || !ClientConnection.current().hasRegularSlot()) {
            return null;
        }
        ClientConnection.current().trust();
        String id = RequestId.in(headers);
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(headers) + "\r\nX-Request-Id: " + id + "\r\n\r\n";
        try {
            context.dataWriter().writeNow(BufferData.create(head.getBytes(StandardCharsets.US_ASCII)));
        } catch (UncheckedIOException e) {
            throw new CloseConnectionException("the client disconnected", e);
        }
        var requestContext = new RequestContext(id, "GET", PATH, ApiNames.NO_CHAT);
        services.requestRecorder().begin(requestContext, headers);
        requestContext.sent(101);
        requestContext.authenticated(client);
        services.requestRecorder().end(requestContext);
        var socket =
                new WebSocketConnection(context, requestContext, AccessTokenCheck.tokensIn(headers), services, open);
        open.add(socket);
        if (services.activeChats().isDraining()) {
            socket.drain();
        }
        return socket;
    }

    /// Answers a request that is not a handshake, or whose handshake was refused.
    public void refuse(ServerRequest request, ServerResponse response) {
        services.activeChats().requireNotDraining();
        if (isHandshake(request.headers())) {
            requireKey(request.headers());
        }
        response.header(HeaderNames.UPGRADE, "websocket");
        response.header(CONNECTION_UPGRADE);
        response.header(VERSION_NAME, VERSION);
        throw new RefusedException(HttpError.UPGRADE_REQUIRED, "this path is for WebSockets of version " + VERSION);
    }

    private static boolean isHandshake(Headers headers) {
        return headers.first(HeaderNames.UPGRADE).orElse("").equalsIgnoreCase("websocket")
                && headers.containsToken(CONNECTION_UPGRADE)
                && headers.first(VERSION_NAME).orElse("").equals(VERSION);
    }

    /// @throws RefusedException if the key is invalid (RFC 6455)
    private static void requireKey(Headers headers) {
        if (!SIXTEEN_BYTES.matcher(headers.first(KEY).orElse("")).matches()) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "Sec-WebSocket-Key must be 16 bytes in Base64");
        }
    }

    /// The value of `Sec-WebSocket-Accept`, derived from the client's key.
    private static String accept(Headers headers) {
        try {
            String key = headers.get(KEY).get() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
