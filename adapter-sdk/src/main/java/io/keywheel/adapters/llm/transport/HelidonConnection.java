package io.keywheel.adapters.llm.transport;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webclient.api.ClientConnection;
import io.helidon.webclient.api.TcpClientConnection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/// A connection that [HelidonConnections] keeps, not Helidon's cache. Records whether an answer has begun.
class HelidonConnection implements ClientConnection {

    private final TcpClientConnection connection;
    private final Socket socket;
    private final DataReader reader = DataReader.create(this::pull);
    private boolean used;
    private boolean reusable;
    private boolean received;
    private long idleSince;

    /// @param connection an open one, whose release does nothing
    /// @param socket its socket, below TLS
    HelidonConnection(TcpClientConnection connection, Socket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /// Whether a request failed because the connection had been closed while idle.
    boolean wasStale() {
        return used && !received;
    }

    /// The answer was final and has been read to its end, so the connection can be reused.
    void markReusable() {
        reusable = true;
    }

    /// Makes the connection ready for the next request. Returns whether it can be reused: Helidon would read bytes
    /// after the answer as the next one.
    boolean becomeIdle() {
        boolean wasReusable = reusable && reader.available() == 0;
        used = true;
        reusable = false;
        received = false;
        idleSince = System.nanoTime();
        return wasReusable;
    }

    boolean wasIdleFor(Duration duration) {
        return System.nanoTime() - idleSince > duration.toNanos();
    }

    /// Whether an idle connection seems to be open, and the provider has sent nothing on it.
    boolean isQuiet() {
        try {
            return helidonSocket().isConnected() && socket.getInputStream().available() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private byte[] pull() {
        byte[] bytes = connection.helidonSocket().get();
        received |= bytes != null;
        return bytes;
    }

    @Override
    public DataReader reader() {
        return reader;
    }

    @Override
    public DataWriter writer() {
        return connection.writer();
    }

    @Override
    public String channelId() {
        return connection.channelId();
    }

    @Override
    public HelidonSocket helidonSocket() {
        return connection.helidonSocket();
    }

    @Override
    public void readTimeout(Duration timeout) {
        connection.readTimeout(timeout);
    }

    /// Does nothing, because [HelidonConnections] decides which request uses the connection next.
    @Override
    public void releaseResource() {}

    @Override
    public void closeResource() {
        connection.closeResource();
    }
}
