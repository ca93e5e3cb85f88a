package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.BodyReader;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ErrorSender;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;
import io.keywheel.adapters.http.server.SseStream;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import java.util.Map;

/// `POST /api/chat` and `POST /api/chat/stream`.
public record ChatRoutes(ChatRunner chatRunner, BodyReader bodyReader, ErrorSender errorSender) implements HttpService {

    private static final String CHAT = "/api/chat";
    private static final String STREAM = "/api/chat/stream";

    /// Each path with the API as which its requests are counted.
    public static final Map<String, String> PATHS = Map.of(CHAT, "json", STREAM, "sse");

    @Override
    public void routing(HttpRules rules) {
        new Routes(rules, errorSender).post(CHAT, this::chat).post(STREAM, this::stream);
    }

    private void chat(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequestReader.read(bodyReader.json(request));
        Answer answer = chatRunner.whole(request, response, command);
        ObjectNode said = JsonWriter.object().put("content", answer.completion().text());
        String reasoning = answer.completion().reasoning();
        if (reasoning != null) {
            said.put("reasoning", reasoning);
        }
        Responses.send(request, response, Status.OK_200, JsonWriter.bytes(ChatResponses.end(said, answer)));
    }

    private void stream(ServerRequest request, ServerResponse response) {
        ChatCommand command = ChatRequestReader.read(bodyReader.json(request));
        var events = new SseStream(response, RequestContext.current());
        chatRunner.stream(request, command, events, new ChatStream(events));
    }
}
