package io.keywheel.adapters.http;

import io.keywheel.adapters.http.server.PathRules.ApiNames;

/// The APIs of chats over HTTP.
enum ChatApi {
    NATIVE("json", "json"),
    NATIVE_STREAM("sse", "sse"),
    CHAT_COMPLETIONS("openai", "openai_stream"),
    RESPONSES("responses", "responses_stream"),
    MESSAGES("messages", "messages_stream");

    private final String whole;
    private final String streamed;

    ChatApi(String whole, String streamed) {
        this.whole = whole;
        this.streamed = streamed;
    }

    ApiNames names() {
        return new ApiNames(whole, streamed);
    }
}
