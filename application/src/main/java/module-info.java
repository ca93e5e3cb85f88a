/// The use case and its ports.
///
/// APIs use `port.in`, provider adapters use `port.out`, both use the domain; `assembly` is for the code that wires
/// a gateway.
module io.keywheel.application {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.domain;

    exports io.keywheel.application.assembly;
    exports io.keywheel.application.port.in;
    exports io.keywheel.application.port.out;
}
