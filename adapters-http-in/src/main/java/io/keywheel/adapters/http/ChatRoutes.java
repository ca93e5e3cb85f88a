package io.keywheel.adapters.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.request.ChatRequest;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;

/// `POST /api/chat` and `POST /api/chat/stream`.
final class ChatRoutes implements HttpService {

    private final Chats chats;
    private final Body body;
    private final Errors errors;

    ChatRoutes(ChatUseCase chats, Body body, Errors errors) {
        this.chats = new Chats(chats, errors);
        this.body = body;
        this.errors = errors;
    }

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errors).post("/api/chat", this::chat).post("/api/chat/stream", this::stream);
    }

    private void chat(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequest.read(body.json(request));
        Answer answer = chats.whole(request, response, command);
        ObjectNode said = Json.object().put("content", answer.completion().text());
        String reasoning = answer.completion().reasoning();
        if (reasoning != null) {
            said.put("reasoning", reasoning);
        }
        Replies.send(request, response, Status.OK_200, Json.bytes(NativeAnswers.end(said, answer)));
    }

    private void stream(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequest.read(body.json(request));
        var events = new EventStream(response, Exchange.of(request));
        chats.stream(request, command, events, new NativeStream(events));
    }
}
