package io.keywheel.adapters.http;

import io.keywheel.adapters.http.server.PathRules.ApiNames;

/// The APIs of chats over HTTP.
enum ChatApi {
    NATIVE(new ApiNames("json")),
    NATIVE_STREAM(new ApiNames("sse")),
    CHAT_COMPLETIONS(new ApiNames("openai", "openai_stream")),
    RESPONSES(new ApiNames("responses", "responses_stream")),
    MESSAGES(new ApiNames("messages", "messages_stream"));

    private final ApiNames names;

    ChatApi(ApiNames names) {
        this.names = names;
    }

    ApiNames names() {
        return names;
    }
}
