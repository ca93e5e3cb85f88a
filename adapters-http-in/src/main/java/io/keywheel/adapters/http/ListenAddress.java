package io.keywheel.adapters.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Locale;

/// Where the server is to listen.
record ListenAddress(String host, int port) {

    /// Helidon writes into its log why it cannot listen, and returns as if nothing had happened: so this tries
    /// first.
    ///
    /// @throws HttpGateway.CannotListenException if the address cannot be had
    void mustBeFree() {
        InetSocketAddress address = resolved();
        if (address.isUnresolved()) {
            throw new HttpGateway.CannotListenException("there is no such host");
        }
        try {
            bind(address);
        } catch (IOException e) {
            throw new HttpGateway.CannotListenException(reason(String.valueOf(e.getMessage())), e);
        }
    }

    /// The address as it is now; a name may stand for another one later.
    InetSocketAddress resolved() {
        return new InetSocketAddress(host, port);
    }

    static void bind(InetSocketAddress address) throws IOException {
        try (var channel = ServerSocketChannel.open()) {
            channel.bind(address);
        }
    }

    /// The system tells these apart by its words alone.
    private static String reason(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("in use")) {
            return "another program has it";
        }
        if (lower.contains("permi")) {
            return "the system does not permit it";
        }
        return lower.contains("assign") ? "this machine has no such address" : words;
    }
}
