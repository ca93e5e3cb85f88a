/// Traces of requests, chats and attempts.
@SuppressWarnings("requires-automatic") // OpenTelemetry has no module descriptors, but stable automatic module names.
module io.keywheel.adapters.trace {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.application;
    requires io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires io.opentelemetry.sdk;
    requires io.opentelemetry.sdk.autoconfigure;
    requires io.opentelemetry.sdk.autoconfigure.spi;
    requires io.opentelemetry.sdk.common;
    requires io.opentelemetry.sdk.trace;

    exports io.keywheel.adapters.trace;
}
