package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.server.ChatRunner;
import io.keywheel.adapters.http.server.ChatRunner.Asked;
import io.keywheel.adapters.http.server.Routes;
import java.util.List;
import java.util.Map;

/// `POST /api/chat` and `POST /api/chat/stream`.
public record ChatRoutes(ChatRunner chatRunner) {

    private static final String CHAT = "/api/chat";
    private static final String STREAM = "/api/chat/stream";

    /// Each path with the API as which its requests are counted.
    public static final Map<String, String> PATHS = Map.of(CHAT, "json", STREAM, "sse");

    public void register(Routes routes) {
        PATHS.forEach((path, api) ->
                routes.post(path, chatRunner.answering(api, body -> asked(body, path.equals(STREAM)))));
    }

    private static Asked asked(ObjectNode body, boolean stream) {
        return new Asked(ChatRequestReader.read(body), stream, List.of(), ChatResponses::whole, ChatStream::new);
    }
}
