/// The use case and its ports.
///
/// APIs use `port.in`, provider adapters use `port.out`, both use the domain. The public types of `service` are for the
/// code that wires a gateway.
module io.keywheel.application {
    requires static transitive org.jspecify;
    requires transitive io.keywheel.domain;

    exports io.keywheel.application.port.in;
    exports io.keywheel.application.port.out;
    exports io.keywheel.application.service;
}
