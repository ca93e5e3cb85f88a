/// The native API, OpenAI's chat completions and Responses, and Anthropic's Messages: HTTP, server-sent events and
/// WebSocket on Helidon, in front of the application's use cases.
module io.keywheel.adapters.http {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.application;
    requires io.keywheel.json;
    requires io.helidon.common.task;
    requires io.helidon.common.tls;
    requires io.helidon.webserver;
    requires io.helidon.websocket;
    requires org.yaml.snakeyaml;

    exports io.keywheel.adapters.http;
    exports io.keywheel.adapters.http.metrics;
}
