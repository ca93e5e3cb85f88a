package io.keywheel.adapters.http;

import java.util.Locale;

/// The way a request came in, as it is counted.
enum DoorKind {
    JSON,
    SSE,
    WEBSOCKET,
    OPENAI,
    OPENAI_STREAM,
    OTHER;

    /// @param streams whether it was read as a chat that wants a stream
    static DoorKind of(RequestLine asked, boolean streams) {
        if (asked.method().equals(RequestLine.ON_SOCKET)) {
            return WEBSOCKET;
        }
        if (CompletionRoutes.PATHS.contains(asked.path())) {
            return streams ? OPENAI_STREAM : OPENAI;
        }
        return switch (asked.path()) {
            case "/api/chat" -> JSON;
            case "/api/chat/stream" -> SSE;
            default -> OTHER;
        };
    }

    /// As operators see it: `openai_stream`.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
