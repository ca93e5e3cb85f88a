/// JSON that stays as it was written, on its way through the gateway: for the adapters on both sides, which do not
/// see each other.
module io.keywheel.json {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.domain;
    requires transitive com.fasterxml.jackson.databind;

    exports io.keywheel.json;
}
