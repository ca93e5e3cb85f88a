package io.keywheel.benchmarks;

enum Api {
    CHAT_COMPLETIONS("/v1/chat/completions", """
            {"model":"%s","messages":[{"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256%s}"""),
    MESSAGES("/v1/messages", """
            {"model":"%s","messages":[{"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256%s}"""),
    RESPONSES("/v1/responses", """
            {"model":"%s","input":"%s","temperature":0.7,"max_output_tokens":256%s}"""),
    NATIVE("/api/chat", """
            {"model":"%s","messages":[{"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256}""");

    final String path;
    private final String body;

    Api(String path, String body) {
        this.path = path;
        this.body = body;
    }

    /// The native API has a path for streams, and no field.
    String path(boolean streamed) {
        return this == NATIVE && streamed ? path + "/stream" : path;
    }

    String body(String model, String prompt, boolean streamed) {
        return body.formatted(model, prompt, streamed ? ",\"stream\":true" : "");
    }
}
