/// Reads and writes JSON without changing the parts that the gateway does not interpret. For inbound and outbound
/// adapters, which do not depend on each other.
module io.keywheel.json {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.domain;
    requires transitive com.fasterxml.jackson.databind;

    exports io.keywheel.json;
}
