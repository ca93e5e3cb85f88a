/// Puts the gateway together and runs it.
module io.keywheel.bootstrap {
    requires static transitive org.jspecify;
    requires io.github.cdimascio.dotenv.java;
    requires io.keywheel.adapters.http;
    requires io.keywheel.application;
    requires io.keywheel.simulator;
    requires java.logging;
    requires java.net.http;
    requires jdk.management; // how many files may be open: OpenFiles
    requires jdk.unsupported; // the second SIGTERM: StopSignal

    provides java.net.spi.InetAddressResolverProvider with
            io.keywheel.bootstrap.names.NamesOnly;

    uses io.keywheel.application.port.out.LlmProvider;
}
