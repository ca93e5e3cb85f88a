package io.keywheel.soak;

enum Form {
    WHOLE("/api/chat"),
    STREAM("/api/chat/stream"),
    SOCKET("/api/chat/ws"),
    OPENAI("/v1/chat/completions"),
    OPENAI_STREAM("/v1/chat/completions");

    final String path;

    Form(String path) {
        this.path = path;
    }
}
