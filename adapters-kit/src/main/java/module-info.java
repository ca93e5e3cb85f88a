/// For whoever brings an adapter: all that every adapter must do, so that it need only say
/// how its provider speaks.
module io.keywheel.adapters.kit {
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.databind;
    requires transitive io.keywheel.application;
    requires java.net.http;

    exports io.keywheel.adapters.llm.sdk;
    exports io.keywheel.adapters.llm.redaction;
    exports io.keywheel.adapters.llm.memory;
}
