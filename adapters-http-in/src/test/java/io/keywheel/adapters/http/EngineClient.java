package io.keywheel.adapters.http;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/// A client over TLS that says one record after the other, and may stop amid a handshake.
final class EngineClient implements AutoCloseable {

    private static final int HANDSHAKE = 22;

    private final Socket socket;
    private final SSLEngine engine;
    private final ByteBuffer received;
    private final ByteBuffer understood;

    private EngineClient(TestServer testServer, String version) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), testServer.gateway.port());
        socket.setSoTimeout(10_000);
        engine = Certified.CONTEXT.createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        engine.setSSLParameters(parameters);
        received = ByteBuffer.allocate(64 * 1024).flip();
        understood = ByteBuffer.allocate(64 * 1024);
    }

    /// Says hello, and no more.
    static EngineClient silent(TestServer testServer, String version) throws IOException {
        var client = new EngineClient(testServer, version);
        client.hello();
        return client;
    }

    /// Has shaken hands.
    static EngineClient connect(TestServer testServer, String version) throws IOException {
        var client = new EngineClient(testServer, version);
        client.hello();
        client.shakeHands();
        return client;
    }

    /// Begins a handshake, be it the first one or another.
    void hello() throws IOException {
        engine.beginHandshake();
        wrap(ByteBuffer.allocate(0));
    }

    /// Waits until the other side is amid a handshake, too: the kind of a record is not encrypted.
    void awaitHandshake() throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        int kind;
        do {
            kind = in.readByte();
            in.skipNBytes(2);
            in.skipNBytes(in.readUnsignedShort());
        } while (kind != HANDSHAKE);
    }

    void send(String text) throws IOException {
        wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private SSLEngineResult wrap(ByteBuffer what) throws IOException {
        var record = ByteBuffer.allocate(64 * 1024);
        SSLEngineResult result = engine.wrap(what, record);
        socket.getOutputStream().write(record.array(), 0, record.position());
        return result;
    }

    private void shakeHands() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_TASK -> runTask();
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0)).getHandshakeStatus();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
                case FINISHED, NOT_HANDSHAKING -> status;
            };
        }
    }

    private HandshakeStatus runTask() {
        engine.getDelegatedTask().run();
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus unwrap() throws IOException {
        SSLEngineResult result = engine.unwrap(received, understood);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            received.compact();
            int read = socket.getInputStream().read(received.array(), received.position(), received.remaining());
            if (read < 0) {
                throw new AssertionError("closed amid a handshake");
            }
            received.position(received.position() + read).flip();
        }
        return result.getHandshakeStatus();
    }

    /// Reads until the other side closes, whatever it says.
    void readAll() throws IOException {
        socket.getInputStream().readAllBytes();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
