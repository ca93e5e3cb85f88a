package io.keywheel.adapters.http;

import io.keywheel.adapters.http.server.PathRules.ApiNames;
import java.util.List;

/// The chat APIs over HTTP and their paths. Groq's client appends `/openai/v1` to its base URL.
enum ChatApi {
    NATIVE(new ApiNames("json"), "/api/chat"),
    NATIVE_STREAM(new ApiNames("sse"), "/api/chat/stream"),
    CHAT_COMPLETIONS(new ApiNames("openai", "openai_stream"), "/v1/chat/completions", "/openai/v1/chat/completions"),
    RESPONSES(new ApiNames("responses", "responses_stream"), "/v1/responses", "/openai/v1/responses"),
    MESSAGES(new ApiNames("messages", "messages_stream"), ApiPaths.MESSAGES);

    final ApiNames names;
    final List<String> paths;

    ChatApi(ApiNames names, String... paths) {
        this.names = names;
        this.paths = List.of(paths);
    }
}
