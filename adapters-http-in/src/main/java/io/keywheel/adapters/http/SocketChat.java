package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.Serving;
import io.keywheel.domain.chat.Chunk;
import org.jspecify.annotations.Nullable;

/// One chat on a WebSocket.
final class SocketChat implements AnswerSink, Runnable {

    /// Why a chat ends before its answer does.
    enum Ending {
        CANCELLED,
        CLIENT_GONE,
        STOPPED
    }

    private final @Nullable String id;
    private final ChatCommand command;
    private final Exchange exchange;
    private final FrameSender sender;
    private final SocketChats siblings;
    private final Cancellation cancellation = new Cancellation();
    private @Nullable Ending ending;

    SocketChat(@Nullable String id, ChatCommand command, Exchange exchange, FrameSender sender, SocketChats siblings) {
        this.id = id;
        this.command = command;
        this.exchange = exchange;
        this.sender = sender;
        this.siblings = siblings;
        exchange.asks(command.selection(), true);
    }

    @Nullable
    String id() {
        return id;
    }

    synchronized void end(Ending why) {
        if (ending == null) {
            ending = why;
            cancellation.cancel();
        }
    }

    private synchronized @Nullable Ending ending() {
        return ending;
    }

    @Override
    public void run() {
        CurrentRequest.during(exchange.id(), this::take);
    }

    private void take() {
        try (var turn = siblings.doing().running().begin(() -> end(Ending.STOPPED))) {
            exchange.onOutcome(turn::leavePlace);
            try {
                converse();
            } finally {
                siblings.ended(this);
            }
        } catch (RefusedException e) {
            tell(errors().answer(e));
            siblings.ended(this);
        } finally {
            siblings.doing().endings().of(exchange);
        }
    }

    private void converse() {
        try {
            Answer answer = cancellation.during(() -> siblings.doing().chats().chatStream(command, this));
            exchange.answered(answer);
            exchange.status(200);
            last(Json.bytes(NativeAnswers.end(message("done").put("content", ""), answer)));
        } catch (ClientGoneException _) {
            exchange.clientLeft();
        } catch (ChatException e) {
            ErrorAnswer answer = ending() == null ? errors().answer(e) : ended();
            exchange.failed(e);
            tell(answer);
        } catch (RuntimeException | Error e) {
            tell(errors().internal(exchange.id(), e));
        }
    }

    private ErrorAnswer ended() {
        return errors().answer(
                        ending() == Ending.STOPPED
                                ? new RefusedException(Fault.UNAVAILABLE, "the gateway is shutting down")
                                : new RefusedException(Fault.CANCELLED, "the chat was cancelled"));
    }

    private Errors errors() {
        return siblings.doing().errors();
    }

    @Override
    public void open(Serving serving) {
        exchange.served(serving);
    }

    @Override
    public void accept(Chunk chunk) {
        NativeAnswers.of(chunk)
                .ifPresent(said -> cancellation.except(
                        () -> sender.text(Json.bytes(message("chunk").setAll(said)))));
    }

    private void tell(ErrorAnswer answer) {
        exchange.failed(answer);
        if (ending() == Ending.CLIENT_GONE) {
            siblings.answered(this);
            exchange.clientLeft();
            return;
        }
        try {
            last(error(id, answer, exchange.id()));
        } catch (ClientGoneException _) {
            exchange.clientLeft();
        }
    }

    /// The refusal of a cancel that finds the chat gone must not overtake the message that it ended with.
    private void last(byte[] message) {
        sender.text(message, () -> siblings.answered(this));
    }

    private ObjectNode message(String type) {
        return message(type, id);
    }

    private static ObjectNode message(String type, @Nullable String id) {
        ObjectNode message = Json.object().put("type", type);
        return id == null ? message : message.put("id", id);
    }

    /// An error as a message.
    static byte[] error(@Nullable String id, ErrorAnswer answer, String requestId) {
        ObjectNode said = message("error", id);
        said.setAll(answer.body());
        Long retryAfter = answer.retryAfterSeconds();
        if (retryAfter != null) {
            said.put("retry_after", retryAfter);
        }
        return Json.bytes(said.put("request_id", requestId));
    }
}
