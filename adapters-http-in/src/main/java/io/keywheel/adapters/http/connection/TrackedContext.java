package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import java.util.concurrent.ExecutorService;

/// Helidon's context of a connection, with the reader and the writer of its [ClientConnection].
record TrackedContext(ConnectionContext context, DataReader dataReader, DataWriter dataWriter)
        implements ConnectionContext {

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
    public HelidonSocket serverSocket() {
        return context.serverSocket();
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

    /// Writes within the write timeout, after which the connection is closed.
    record TimedWriter(DataWriter writer, ClientConnection client) implements DataWriter {

        @Override
        public void write(BufferData... buffers) {
            client.write(() -> writer.write(buffers));
        }

        @Override
        public void write(BufferData buffer) {
            client.write(() -> writer.write(buffer));
        }

        @Override
        public void writeNow(BufferData... buffers) {
            client.write(() -> writer.writeNow(buffers));
        }

        @Override
        public void writeNow(BufferData buffer) {
            client.write(() -> writer.writeNow(buffer));
        }

        @Override
        public void flush() {
            client.write(writer::flush);
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
