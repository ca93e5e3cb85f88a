/// The HTTP code that all provider adapters need, built-in and third-party. An adapter adds its provider's format.
module io.keywheel.adapter.sdk {
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires transitive io.keywheel.application;
    requires io.keywheel.json;
    requires io.helidon.common.buffers;
    requires io.helidon.common.socket;
    requires io.helidon.common.tls;
    requires io.helidon.http;
    requires io.helidon.webclient.api;
    requires io.helidon.webclient.http1;
    requires java.net.http;

    exports io.keywheel.adapters.llm.sdk;
    exports io.keywheel.adapters.llm.transport;
    exports io.keywheel.adapters.llm.redaction;
}
