package io.keywheel.soak;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

final class HostileConnection implements Closeable {

    private final Socket socket;
    private final String host;

    private HostileConnection(Socket socket, String host) {
        this.socket = socket;
        this.host = host;
    }

    /// Uses TLS if the gateway does, except for silent clients.
    static HostileConnection open(Endpoint gateway, HostileAction action) throws IOException {
        URI address = gateway.address();
        var socket = new Socket();
        try {
            bind(socket, action.address);
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 5_000);
            socket.setSoTimeout(60_000);
            if (gateway.trusting() != null && action != HostileAction.SILENT) {
                socket = gateway.trusting()
                        .getSocketFactory()
                        .createSocket(socket, address.getHost(), address.getPort(), true);
            }
            return new HostileConnection(socket, address.getAuthority());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Binds to the action's loopback address if the system has more than one.
    private static void bind(Socket socket, int last) throws IOException {
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) last}), 0));
        } catch (BindException _) {
            socket.bind(null);
        }
    }

    /// @param headers each with its line end
    void sendHead(String method, String path, String headers) throws IOException {
        send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
    }

    /// @param headers in addition to those of the body
    void post(String path, String headers, String json) throws IOException {
        sendHead("POST", path, headers + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n");
        send(json);
    }

    void send(String ascii) throws IOException {
        send(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    void readUntil(String text) throws IOException {
        InputStream in = socket.getInputStream();
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            seen.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            if (seen.indexOf(text) >= 0) {
                return;
            }
            seen.delete(0, Math.max(0, seen.length() - text.length()));
        }
    }

    void readAll() throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    void resetAtClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
