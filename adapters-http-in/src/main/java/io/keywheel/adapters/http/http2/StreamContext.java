package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// A stream, as a connection and its socket.
final class StreamContext implements ConnectionContext, HelidonSocket {

    private final ConnectionContext context;
    private final Http2Stream stream;
    private final DataReader reader = DataReader.create(this);

    StreamContext(ConnectionContext context, Http2Stream stream) {
        this.context = context;
        this.stream = stream;
    }

    @Override
    public byte @Nullable [] get() {
        return stream.inbox().take();
    }

    @Override
    public DataWriter dataWriter() {
        return stream.answer();
    }

    @Override
    public void close() {
        stream.cut();
    }

    @Override
    public HelidonSocket serverSocket() {
        return this;
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public boolean isConnected() {
        return !stream.isGone();
    }

    @Override
    public void idle() {
        // Nothing is kept back.
    }

    @Override
    @SuppressWarnings("removal") // It must be there, for as long as it is.
    public int read(BufferData buffer) {
        throw new UnsupportedOperationException("a stream is read by get()");
    }

    @Override
    public void write(BufferData buffer) {
        dataWriter().write(buffer);
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
