package io.keywheel.adapters.http.server;

import io.keywheel.adapters.http.openai.CompletionRoutes;
import java.util.Locale;

/// The way a request came in, as it is counted.
enum ApiKind {
    JSON,
    SSE,
    WEBSOCKET,
    OPENAI,
    OPENAI_STREAM,
    OTHER;

    /// @param streams whether it was read as a chat that wants a stream
    static ApiKind of(RequestLine asked, boolean streams) {
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
