package io.keywheel.adapters.http.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.server.ChatRunner.Asked;
import java.util.List;

/// `POST /api/chat` and `POST /api/chat/stream`.
public final class ChatRoutes {

    private ChatRoutes() {}

    public static Asked whole(ObjectNode body) {
        return asked(body, false);
    }

    public static Asked stream(ObjectNode body) {
        return asked(body, true);
    }

    private static Asked asked(ObjectNode body, boolean stream) {
        return new Asked(ChatRequestReader.read(body), stream, List.of(), ChatResponses::whole, ChatStream::new);
    }
}
