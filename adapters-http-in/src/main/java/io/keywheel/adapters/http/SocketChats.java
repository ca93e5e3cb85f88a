package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.budget.Budget;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The chats of one WebSocket.
final class SocketChats {

    private static final int GOING_AWAY = 1001;

    /// What a chat needs to be done.
    record Doing(ChatUseCase chats, Running running, Errors errors, Endings endings) {}

    private final String socketId;
    private final RequestLine asking = RequestLine.onSocket(Lines.current().peer());
    private final FrameSender sender;
    private final int most;
    private final Doing doing;
    private final Map<@Nullable String, SocketChat> chats = new HashMap<>();
    private boolean draining;
    private int begun;
    private int ended;

    SocketChats(String socketId, FrameSender sender, int most, Doing doing) {
        this.socketId = socketId;
        this.sender = sender;
        this.most = most;
        this.doing = doing;
    }

    /// Does what the client asks, or tells it what is wrong: the socket stays open.
    ///
    /// @param held what the message holds, given back once it is dealt with
    void take(byte[] text, Budget.Share held) {
        boolean begun = false;
        String id = null;
        try {
            ObjectNode message = ChatRequest.object(text);
            id = SocketMessage.idOf(message);
            switch (SocketMessage.of(message)) {
                case SocketMessage.Chat chat -> {
                    begin(chat, held);
                    begun = true;
                }
                case SocketMessage.Cancel cancel -> cancel(cancel);
            }
        } catch (ChatRequest.InvalidException e) {
            refuse(id, doing.errors().answer(RefusedException.of(e)));
        } catch (RefusedException e) {
            refuse(id, doing.errors().answer(e));
        } catch (RuntimeException e) {
            refuse(id, doing.errors().internal(socketId, e));
        } finally {
            if (!begun) {
                held.close();
            }
        }
    }

    private void refuse(@Nullable String id, ErrorAnswer answer) {
        var exchange = new Exchange(socketId, asking);
        exchange.failed(answer);
        try {
            sender.text(SocketChat.error(id, answer, socketId));
        } catch (ClientGoneException e) {
            exchange.clientLeft();
            throw e;
        } finally {
            doing.endings().of(exchange);
        }
    }

    private void begin(SocketMessage.Chat asked, Budget.Share held) {
        var command = ChatRequest.read(asked.request());
        var chat = add(asked, command);
        Thread.ofVirtual().name("keywheel-chat").start(() -> {
            try (held) {
                chat.run();
            }
        });
    }

    private synchronized SocketChat add(SocketMessage.Chat asked, ChatCommand command) {
        if (chats.containsKey(asked.id())) {
            throw new RefusedException(
                    Fault.INVALID_REQUEST, "a chat of this id is still running", Map.of("field", "id"));
        }
        if (draining) {
            throw new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down");
        }
        if (chats.size() >= most) {
            throw new RefusedException(Fault.UNAVAILABLE, "a socket may run at most " + most + " chats at once");
        }
        begun++;
        var exchange = new Exchange(socketId + "-" + begun, asking);
        var chat = new SocketChat(asked.id(), command, exchange, sender, this);
        chats.put(asked.id(), chat);
        return chat;
    }

    private void cancel(SocketMessage.Cancel asked) {
        SocketChat chat;
        synchronized (this) {
            chat = chats.get(asked.id());
        }
        if (chat == null) {
            throw new RefusedException(Fault.INVALID_REQUEST, "no chat of this id is running", Map.of("field", "id"));
        }
        chat.end(SocketChat.Ending.CANCELLED);
    }

    /// Of the request that opened the socket.
    String socketId() {
        return socketId;
    }

    Doing doing() {
        return doing;
    }

    /// The last message of `chat` is about to go out: whoever sees it may use the id again.
    synchronized void answered(SocketChat chat) {
        chats.remove(chat.id(), chat);
    }

    /// The last message of `chat` has gone out.
    void ended(SocketChat chat) {
        boolean last;
        synchronized (this) {
            answered(chat);
            ended++;
            last = draining && ended == begun;
        }
        if (last) {
            sender.close(GOING_AWAY, "the gateway is shutting down");
        }
    }

    /// Takes no more, and closes the socket once there are none.
    void drain() {
        boolean idle;
        synchronized (this) {
            draining = true;
            idle = ended == begun;
        }
        if (idle) {
            sender.close(GOING_AWAY, "the gateway is shutting down");
        }
    }

    /// Ends them all: nobody is there any more.
    void clientLeft() {
        List<SocketChat> left;
        synchronized (this) {
            left = List.copyOf(chats.values());
        }
        left.forEach(chat -> chat.end(SocketChat.Ending.CLIENT_GONE));
    }
}
