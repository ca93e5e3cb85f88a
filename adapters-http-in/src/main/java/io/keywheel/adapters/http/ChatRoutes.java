package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.line.Lines;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException;
import io.keywheel.application.port.in.ChatUseCase;

/// `POST /api/chat` and `POST /api/chat/stream`.
final class ChatRoutes implements HttpService {

    private final ChatUseCase chats;
    private final Body body;
    private final Errors errors;

    ChatRoutes(ChatUseCase chats, Body body, Errors errors) {
        this.chats = chats;
        this.body = body;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).post("/api/chat", this::chat).post("/api/chat/stream", this::stream);
    }

    private void chat(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequest.read(body.json(request));
        Answer answer = Lines.current().whileThere(() -> chats.chat(command));
        Exchange.of(request).answered(answer);
        ObjectNode said = Json.object().put("content", answer.completion().text());
        String reasoning = answer.completion().reasoning();
        if (reasoning != null) {
            said.put("reasoning", reasoning);
        }
        Replies.name(response, answer.serving());
        Replies.send(request, response, Status.OK_200, NativeAnswers.end(said, answer));
    }

    private void stream(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequest.read(body.json(request));
        Exchange exchange = Exchange.of(request);
        var events = new EventStream(response, exchange);
        try {
            Answer answer = Lines.current().whileThere(() -> chats.chatStream(command, events));
            exchange.answered(answer);
            events.end(answer);
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!events.isOpen() || Lines.current().isGone()) {
                throw e;
            }
            breakOff(exchange, events, e);
        }
    }

    private void breakOff(Exchange exchange, EventStream events, RuntimeException e) {
        ErrorAnswer answer;
        if (e instanceof ChatException failed) {
            exchange.failed(failed);
            answer = errors.answer(failed);
        } else {
            answer = errors.internal(exchange.id(), e);
        }
        exchange.failed(answer);
        events.breakOff(answer);
    }
}
