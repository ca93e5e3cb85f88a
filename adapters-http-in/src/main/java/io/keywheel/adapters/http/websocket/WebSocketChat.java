package io.keywheel.adapters.http.websocket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.ServerConnectionException;
import io.keywheel.adapters.http.chat.NativeAnswerWriter;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import org.jspecify.annotations.Nullable;

record WebSocketChat(
        @Nullable String id,
        ChatCommand command,
        RequestContext requestContext,
        FrameSender sender,
        WebSocketChats socketChats)
        implements AnswerSink, Runnable {

    WebSocketChat {
        requestContext.requestedModel(command.selection());
    }

    /// Omits the client's content.
    @Override
    public String toString() {
        return "WebSocketChat[" + id + "]";
    }

    void cancel() {
        requestContext.cancellation().cancel();
    }

    @Override
    public void run() {
        requestContext.during(this::streamAnswer);
    }

    private void streamAnswer() {
        try {
            requestContext.beginChat(socketChats.services().activeChats().begin(this::cancel));
            requestContext.takeSlot();
            Answer answer = requestContext
                    .cancellation()
                    .during(() -> socketChats.services().chats().chatStream(requestContext.withContext(command), this));
            requestContext.answered(answer);
            requestContext.sent(200);
            sendLast(JsonWriter.bytes(NativeAnswerWriter.end(message("done").put("content", ""), answer)));
        } catch (ServerConnectionException _) {
            requestContext.clientDisconnected();
        } catch (RuntimeException | Error e) {
            sendError(errorOf(e));
        } finally {
            socketChats.ended(this);
            socketChats.services().requestRecorder().end(requestContext);
        }
    }

    private ErrorResponse errorOf(Throwable e) {
        return socketChats.services().errorSender().errorOf(e);
    }

    @Override
    public void open(ServedBy servedBy) {
        requestContext.served(servedBy);
    }

    @Override
    public void accept(Chunk chunk) {
        NativeAnswerWriter.of(chunk)
                .ifPresent(body -> requestContext
                        .cancellation()
                        .withoutInterrupt(() ->
                                sender.text(JsonWriter.bytes(message("chunk").setAll(body)))));
    }

    private void sendError(ErrorResponse error) {
        requestContext.failed(error);
        try {
            sendLast(error(id, error, requestContext.id()));
        } catch (ServerConnectionException _) {
            requestContext.clientDisconnected();
        } catch (RefusedException e) {
            // The error exceeds the budget for slow readers. Its refusal is short enough to need no budget.
            sendError(errorOf(e));
        }
    }

    /// Removes the chat and sends in one step: the refusal to cancel the ended chat must follow this message.
    private void sendLast(byte[] message) {
        sender.text(message, () -> socketChats.answered(this));
    }

    private ObjectNode message(String type) {
        return message(type, id);
    }

    private static ObjectNode message(String type, @Nullable String id) {
        ObjectNode message = JsonWriter.object().put("type", type);
        return id == null ? message : message.put("id", id);
    }

    static byte[] error(@Nullable String id, ErrorResponse error, String requestId) {
        ObjectNode body = message("error", id);
        body.setAll(error.body());
        Long retryAfter = error.retryAfterSeconds();
        if (retryAfter != null) {
            body.put("retry_after", retryAfter);
        }
        return JsonWriter.bytes(body.put("request_id", requestId));
    }
}
