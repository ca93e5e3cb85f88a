/// Wires the gateway and runs it, as a program or embedded in another one.
module io.keywheel.bootstrap {
    requires static transitive org.jspecify;
    requires com.fasterxml.jackson.databind; // the log as JSON
    requires io.keywheel.adapters.http;
    requires io.keywheel.adapters.metrics;
    requires io.keywheel.adapters.trace;
    requires io.keywheel.adapters.usage;
    requires io.keywheel.adapters.state;
    requires io.keywheel.adapter.sdk; // resolved for adapters that are loaded from jars
    requires transitive io.keywheel.application;
    requires java.logging;
    requires java.net.http;
    requires jdk.management; // how many files may be open: EnvironmentChecks
    requires jdk.unsupported; // the second SIGTERM: StopSignal

    exports io.keywheel.bootstrap.embedding;

    provides java.net.spi.InetAddressResolverProvider with
            io.keywheel.bootstrap.GatewayNameResolver;

    uses io.keywheel.application.port.out.LlmProvider;
}
