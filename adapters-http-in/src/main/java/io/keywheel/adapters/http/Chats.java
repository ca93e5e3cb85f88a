package io.keywheel.adapters.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.Serving;
import io.keywheel.domain.chat.Chunk;

/// Has chats answered for as long as their clients are there.
final class Chats {

    private final ChatUseCase chats;
    private final Errors errors;

    /// @param errors in the words of the door
    Chats(ChatUseCase chats, Errors errors) {
        this.chats = chats;
        this.errors = errors;
    }

    /// A whole answer; the response already names who gave it.
    Answer whole(ServerRequest request, ServerResponse response, ChatCommand command) {
        Exchange exchange = Exchange.of(request);
        exchange.asks(command.selection(), false);
        Answer answer = exchange.cancellation().during(() -> Lines.current().whileThere(() -> chats.chat(command)));
        exchange.answered(answer);
        Replies.name(response, answer.serving());
        return answer;
    }

    /// Streams an answer to its end. What fails before its first event is thrown; after that it is told there.
    ///
    /// @param events where `streamed` sends them
    void stream(ServerRequest request, ChatCommand command, EventStream events, StreamedAnswer streamed) {
        Exchange exchange = Exchange.of(request);
        exchange.asks(command.selection(), true);
        try {
            Answer answer = exchange.cancellation()
                    .during(() -> Lines.current()
                            .whileThere(
                                    () -> chats.chatStream(command, uninterrupted(exchange.cancellation(), streamed))));
            exchange.answered(answer);
            if (!events.isOpen()) {
                streamed.open(answer.serving());
            }
            streamed.end(answer);
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!events.isOpen() || Lines.current().isGone()) {
                throw e;
            }
            ErrorAnswer answer = told(exchange, e);
            exchange.failed(answer);
            streamed.breakOff(answer);
        }
        events.close();
    }

    private static AnswerSink uninterrupted(Cancellation cancellation, AnswerSink sink) {
        return new AnswerSink() {
            @Override
            public void open(Serving serving) {
                sink.open(serving);
            }

            @Override
            public void accept(Chunk chunk) {
                cancellation.except(() -> sink.accept(chunk));
            }
        };
    }

    private ErrorAnswer told(Exchange exchange, RuntimeException e) {
        if (e instanceof ChatException failed) {
            exchange.failed(failed);
            return errors.answer(failed);
        }
        return errors.internal(exchange.id(), e);
    }
}
