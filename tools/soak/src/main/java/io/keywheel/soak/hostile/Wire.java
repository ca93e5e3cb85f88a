package io.keywheel.soak.hostile;

import io.keywheel.soak.gateway.Endpoint;
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

/// One connection of a hostile client, byte by byte.
final class Wire implements Closeable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 60_000;

    private final Socket socket;
    private final String host;

    private Wire(Socket socket, String host) {
        this.socket = socket;
        this.host = host;
    }

    /// Without TLS, whatever the gateway speaks.
    static Wire inTheClear(Endpoint gateway, Kind kind) throws IOException {
        return new Wire(
                connect(gateway.address(), kind.address), gateway.address().getAuthority());
    }

    /// With TLS where the gateway speaks it.
    static Wire to(Endpoint gateway, Kind kind) throws IOException {
        URI address = gateway.address();
        Socket socket = connect(address, kind.address);
        if (gateway.trusting() != null) {
            socket = gateway.trusting()
                    .getSocketFactory()
                    .createSocket(socket, address.getHost(), address.getPort(), true);
        }
        return new Wire(socket, address.getAuthority());
    }

    private static Socket connect(URI gateway, int from) throws IOException {
        var socket = new Socket();
        try {
            bind(socket, from);
            socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// To a loopback address of its own: none of the good clients'. Where a system has but one, that has to do.
    private static void bind(Socket socket, int last) throws IOException {
        try {
            var own = InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) last});
            socket.bind(new InetSocketAddress(own, 0));
        } catch (BindException _) {
            socket.bind(null);
        }
    }

    /// @param headers each with its end of line
    void sendHead(String method, String path, String headers) throws IOException {
        send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n");
    }

    /// @param headers beside those that say what the body is
    void post(String path, String headers, String json) throws IOException {
        sendHead("POST", path, headers + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n");
        send(json);
    }

    /// @param text ASCII
    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /// Reads until such words have come, or the end.
    void readUntil(String words) throws IOException {
        InputStream in = socket.getInputStream();
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            seen.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            if (seen.indexOf(words) >= 0) {
                return;
            }
            seen.delete(0, Math.max(0, seen.length() - words.length()));
        }
    }

    void readAll() throws IOException {
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    /// From now on, closing resets the connection.
    void resetAtClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
