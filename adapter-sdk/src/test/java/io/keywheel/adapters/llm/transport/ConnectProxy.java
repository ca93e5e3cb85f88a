package io.keywheel.adapters.llm.transport;

import io.keywheel.contract.WireExchange;
import io.keywheel.contract.WireServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A CONNECT proxy that routes every tunnel to one local port.
final class ConnectProxy implements AutoCloseable {

    private final WireServer server;

    /// All bytes that clients sent through tunnels.
    private final ByteArrayOutputStream tunnelled = new ByteArrayOutputStream();

    private ConnectProxy(int target, String wanted) {
        server = WireServer.start(exchange -> {
            if (exchange.head().toLowerCase(Locale.ROOT).contains(wanted)) {
                tunnel(exchange, target);
            } else {
                exchange.answer(407, "text/plain", "", "Proxy-Authenticate: Basic realm=\"x\"");
            }
        });
    }

    static ConnectProxy to(int target) {
        return new ConnectProxy(target, "");
    }

    /// A proxy that refuses requests without this `Proxy-Authorization`.
    static ConnectProxy to(int target, String wanted) {
        return new ConnectProxy(target, "\r\nproxy-authorization: " + wanted.toLowerCase(Locale.ROOT) + "\r\n");
    }

    int port() {
        return server.port();
    }

    /// The request lines received.
    List<String> asked() {
        return server.exchanges().stream()
                .map(exchange -> exchange.head().lines().toList().getFirst())
                .toList();
    }

    /// All bytes that clients sent.
    String seen() {
        var seen = new StringBuilder();
        server.exchanges().forEach(exchange -> seen.append(exchange.head()));
        return seen.append(tunnelled.toString(StandardCharsets.ISO_8859_1)).toString();
    }

    private void tunnel(WireExchange exchange, int target) throws IOException {
        try (Socket client = exchange.socket();
                var upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
            exchange.send("HTTP/1.1 200 Connection established\r\n\r\n");
            Thread.ofVirtual().start(() -> answer(upstream, client));
            byte[] piece = new byte[8192];
            for (int n = exchange.in().read(piece); n >= 0; n = exchange.in().read(piece)) {
                tunnelled.write(piece, 0, n);
                upstream.getOutputStream().write(piece, 0, n);
            }
        }
    }

    @SuppressWarnings("EmptyCatch") // the end of one side is the end of the other
    private static void answer(Socket upstream, Socket client) {
        try (client) {
            upstream.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException _) {
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
