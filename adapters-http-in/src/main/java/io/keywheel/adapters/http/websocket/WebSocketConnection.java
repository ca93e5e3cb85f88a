package io.keywheel.adapters.http.websocket;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsCloseException;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.server.RequestContext;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One WebSocket. Its thread reads messages, while each chat runs on a separate thread.
///
/// Helidon's connection is not used: it decodes text frame by frame, does not answer pings, and does not report a
/// lost client (decision 10).
final class WebSocketConnection implements ServerConnection {

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private final RequestContext opening;
    private final List<String> tokens;
    private final FrameSender sender;
    private final WebSocketChats chats;
    private final MessageReader messages;
    private final Set<WebSocketConnection> open;

    /// The thread that serves the connection, before the upgrade as after it.
    private final Thread thread = Thread.currentThread();

    /// @param opening the request that opened this socket
    /// @param tokens the access tokens of that request
    /// @param open the sockets from which this one is removed at its end
    WebSocketConnection(
            ConnectionContext context,
            RequestContext opening,
            List<String> tokens,
            WebSocketChats.Services services,
            Set<WebSocketConnection> open) {
        this.opening = opening;
        this.tokens = tokens;
        this.sender = new FrameSender(context.dataWriter(), ClientConnection.current());
        this.chats = new WebSocketChats(sender, services);
        this.messages = new MessageReader(context, sender, services.maxMessageBytes());
        this.open = open;
    }

    @Override
    public void handle(Limit limit) {
        opening.during(this::readMessages);
    }

    private void readMessages() {
        try {
            for (var message = nextMessage(); message.isPresent(); message = nextMessage()) {
                opening.authenticated(client());
                // Bytes of the same read that follow it count for the next message.
                ClientConnection.current().shrinkShareTo(message.get().length);
                chats.receive(message.get(), ClientConnection.current().transferShare());
            }
        } catch (WsCloseException e) {
            close(e.closeCode(), e.getMessage());
        } catch (RefusedException e) {
            if (e.httpError() == HttpError.REQUEST_TIMEOUT) {
                close(WsCloseCodes.VIOLATED_POLICY, "the message did not arrive in time");
            } else {
                close(WsCloseCodes.TRY_AGAIN_LATER, e.message());
            }
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // Helidon would write an HTTP error between the frames.
            LOG.log(Level.ERROR, "a WebSocket failed unexpectedly", e);
            sender.close(WsCloseCodes.UNEXPECTED_CONDITION, "something went wrong in the gateway");
            throw new CloseConnectionException("the socket failed", e);
        } finally {
            open.remove(this);
            chats.clientDisconnected();
        }
    }

    private Optional<byte[]> nextMessage() {
        ClientConnection.current().expectMessage();
        return messages.next();
    }

    /// The client that has the token now: a reload may have given the token to another one, or removed it.
    private @Nullable String client() {
        try {
            return chats.services().accessTokenCheck().client(tokens);
        } catch (RefusedException _) {
            throw new WsCloseException("the access token is no longer valid", WsCloseCodes.VIOLATED_POLICY);
        }
    }

    /// Closes the socket with `code`, and logs why.
    private void close(int code, @Nullable String reason) {
        LOG.log(Level.INFO, "closed a WebSocket with " + code + ": " + reason);
        sender.close(code, reason);
        ClientConnection.current().linger(() -> messages.dropUntilClose(code));
    }

    void drain() {
        chats.drain();
    }

    /// Zero, because a socket may be idle between messages without limit.
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        thread.interrupt();
    }
}
