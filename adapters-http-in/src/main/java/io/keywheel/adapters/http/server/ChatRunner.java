package io.keywheel.adapters.http.server;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;

/// Has chats answered for as long as their clients are there.
///
/// @param errorSender in the format of the API
public record ChatRunner(ChatUseCase chats, ErrorSender errorSender) {

    /// Fails as a chat would before any key is chosen.
    public void check(ChatCommand command) {
        chats.check(RequestContext.current().named(command));
    }

    /// A whole answer; the response already names who gave it.
    public Answer whole(ServerRequest request, ServerResponse response, ChatCommand command) {
        RequestContext requestContext = RequestContext.current();
        requestContext.asks(command.selection());
        Answer answer = requestContext
                .cancellation()
                .during(() ->
                        ClientConnection.current().whileConnected(() -> chats.chat(requestContext.named(command))));
        requestContext.answered(answer);
        Responses.name(response, answer.serving());
        return answer;
    }

    /// Streams an answer to its end. A failure before the first event is thrown; a later one is sent as an event.
    ///
    /// @param events where `streamed` sends them
    public void stream(ServerRequest request, ChatCommand command, SseStream events, StreamedAnswer streamed) {
        try {
            streamToEnd(command, events, streamed);
        } finally {
            events.stopPings();
        }
    }

    private void streamToEnd(ChatCommand command, SseStream events, StreamedAnswer streamed) {
        RequestContext requestContext = RequestContext.current();
        requestContext.asks(command.selection());
        try {
            Answer answer = requestContext
                    .cancellation()
                    .during(() -> ClientConnection.current()
                            .whileConnected(() -> chats.chatStream(
                                    requestContext.named(command),
                                    uninterrupted(requestContext.cancellation(), streamed))));
            requestContext.answered(answer);
            if (!events.isOpen()) {
                streamed.open(answer.serving());
            }
            streamed.end(answer);
            // Here, where a refusal for want of memory can still be sent as an event.
            events.flush();
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!events.isOpen() || ClientConnection.current().isGone()) {
                throw e;
            }
            ErrorResponse error = errorOf(requestContext, e);
            requestContext.failed(error);
            streamed.fail(error);
        }
        events.close();
    }

    private static AnswerSink uninterrupted(Cancellation cancellation, AnswerSink sink) {
        return new AnswerSink() {
            @Override
            public void open(ServedBy servedBy) {
                sink.open(servedBy);
            }

            @Override
            public void accept(Chunk chunk) {
                accept(chunk, false);
            }

            @Override
            public void accept(Chunk chunk, boolean more) {
                cancellation.except(() -> sink.accept(chunk, more));
            }
        };
    }

    private ErrorResponse errorOf(RequestContext requestContext, RuntimeException e) {
        if (e instanceof ChatException failed) {
            requestContext.failed(failed);
            return errorSender.errorOf(failed);
        }
        return e instanceof RefusedException refused
                ? errorSender.errorOf(refused)
                : errorSender.internal(requestContext.id(), e);
    }
}
