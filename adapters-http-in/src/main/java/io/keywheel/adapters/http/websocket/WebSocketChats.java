package io.keywheel.adapters.http.websocket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsCloseException;
import io.keywheel.adapters.http.access.AccessTokenCheck;
import io.keywheel.adapters.http.chat.NativeChatParser;
import io.keywheel.adapters.http.connection.ByteBudget;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.request.StrictJson;
import io.keywheel.adapters.http.server.ActiveChats;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.PathRules.ApiNames;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestRecorder;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.domain.status.TraceContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The chats of one WebSocket.
public final class WebSocketChats {

    private static final int LONGEST_ID = 128;
    private static final int MOST_CHATS = 32;
    private static final ApiNames API = new ApiNames("websocket");
    private static final String METHOD = "WS";

    /// The services that all sockets share.
    public record Services(
            ChatUseCase chats,
            ActiveChats activeChats,
            ErrorSender errorSender,
            RequestRecorder requestRecorder,
            AccessTokenCheck accessTokenCheck,
            int maxMessageBytes) {}

    private final FrameSender sender;
    private final Services services;
    private final ClientConnection connection = ClientConnection.current();
    private final Map<@Nullable String, WebSocketChat> chats = new HashMap<>();
    private boolean draining;
    private int begun;

    /// The number of chats whose last message is not sent.
    private int unfinished;

    WebSocketChats(FrameSender sender, Services services) {
        this.sender = sender;
        this.services = services;
    }

    /// Handles a message of the client. Errors are sent to the client, and the socket stays open.
    ///
    /// @param held the message's share of the budget, which is closed when the message or its chat has ended
    /// @throws WsCloseException if the message is not in UTF-8
    void receive(byte[] text, ByteBudget.Share held) {
        boolean isChat = false;
        boolean begun = false;
        String id = null;
        try {
            if (!StrictJson.isUtf8(text)) {
                // It ends the socket (RFC 6455, 8.1); other invalid JSON is refused.
                throw new WsCloseException("the message is not in UTF-8", WsCloseCodes.NOT_CONSISTENT);
            }
            ObjectNode message = StrictJson.object(text);
            id = idOf(message);
            message.remove("id");
            JsonNode type = message.remove("type");
            switch (type == null || type.isNull() ? "chat" : type.asText()) {
                case "chat" -> {
                    isChat = true;
                    begin(id, message, held);
                    begun = true;
                }
                case "cancel" -> cancel(id);
                default -> throw RefusedException.invalid("type", "type must be chat or cancel");
            }
        } catch (WsCloseException | CloseConnectionException e) {
            throw e;
        } catch (RuntimeException e) {
            refuse(id, isChat, services.errorSender().errorOf(e));
        } finally {
            if (!begun) {
                held.close();
            }
        }
    }

    /// Null without an id; at most one chat without an id runs at a time.
    private static @Nullable String idOf(ObjectNode message) {
        JsonNode id = message.get("id");
        if (id == null || id.isNull()) {
            return null;
        }
        String text = id.isTextual() ? id.textValue() : "";
        if (text.isEmpty() || text.codePointCount(0, text.length()) > LONGEST_ID) {
            throw RefusedException.invalid("id", "id must be a string of 1 to " + LONGEST_ID + " characters");
        }
        return text;
    }

    private void refuse(@Nullable String id, boolean isChat, ErrorResponse error) {
        String socketId = RequestContext.current().id();
        RequestContext requestContext = context(socketId);
        if (!isChat) {
            requestContext.excludeFromUsage();
        }
        requestContext.failed(error);
        try {
            sender.text(WebSocketChat.error(id, error, socketId));
        } catch (ServerConnectionException e) {
            requestContext.clientDisconnected();
            throw e;
        } finally {
            services.requestRecorder().end(requestContext);
        }
    }

    private void begin(@Nullable String id, ObjectNode request, ByteBudget.Share held) {
        var chat = add(id, NativeChatParser.command(request));
        Thread.ofVirtual().name("keywheel-chat").start(() -> {
            try (held) {
                chat.run();
            }
        });
    }

    private synchronized WebSocketChat add(@Nullable String id, ChatCommand command) {
        if (chats.containsKey(id)) {
            throw RefusedException.invalid(
                    "id",
                    id == null
                            ? "only one chat without an id can run at a time"
                            : "a chat of this id is still running");
        }
        if (draining) {
            throw ActiveChats.shuttingDown();
        }
        if (chats.size() == MOST_CHATS) {
            throw new RefusedException(
                    HttpError.UNAVAILABLE, "a socket may run at most " + MOST_CHATS + " chats at once");
        }
        // Before the record of the chat begins: it throws if another connection has got the slot.
        connection.becomeBusy();
        begun++;
        RequestContext requestContext = context(RequestContext.current().id() + "-" + begun);
        var chat = new WebSocketChat(id, command, requestContext, sender, this);
        chats.put(id, chat);
        unfinished++;
        return chat;
    }

    private RequestContext context(String id) {
        RequestContext opening = RequestContext.current();
        var requestContext = new RequestContext(id, METHOD, WebSocketUpgrader.PATH, API);
        requestContext.authenticated(opening.client());
        TraceContext trace = opening.traceContext();
        services.requestRecorder().begin(requestContext, name -> trace == null ? null : trace.header(name));
        return requestContext;
    }

    private synchronized void cancel(@Nullable String id) {
        WebSocketChat chat = chats.get(id);
        if (chat == null) {
            throw RefusedException.invalid("id", "no chat of this id is running");
        }
        chat.cancel();
    }

    Services services() {
        return services;
    }

    /// Called before the last message of `chat` is sent: a client that reads it may use the id again.
    synchronized void answered(WebSocketChat chat) {
        chats.remove(chat.id(), chat);
    }

    /// Called after the last message of `chat` was sent. Until then, the socket makes no room for a new connection.
    void ended(WebSocketChat chat) {
        synchronized (this) {
            answered(chat);
            unfinished--;
            if (unfinished == 0) {
                connection.becomeIdle();
            }
        }
        closeIfDone();
    }

    /// Refuses new chats, and closes the socket when none is left.
    void drain() {
        synchronized (this) {
            draining = true;
        }
        closeIfDone();
    }

    /// The close frame follows a last message that is being sent: both hold the sender's lock.
    private void closeIfDone() {
        boolean done;
        synchronized (this) {
            done = draining && chats.isEmpty();
        }
        if (done) {
            sender.close(WsCloseCodes.GOING_AWAY, "the gateway is shutting down");
        }
    }

    /// Cancels all chats, because the client has disconnected.
    synchronized void clientDisconnected() {
        sender.clientDisconnected();
        chats.values().forEach(WebSocketChat::cancel);
    }
}
