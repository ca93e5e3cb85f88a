package io.keywheel.adapters.http.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.keywheel.adapters.http.budget.Budget;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Speaks HTTP/2 to clients that choose it over TLS, and to nobody else.
public final class Http2 implements ServerConnectionSelector {

    /// As TLS calls it.
    public static final String PROTOCOL = "h2";

    /// How much clients may take.
    ///
    /// @param idle how long a connection may rest without a stream
    /// @param head how long a frame may take to come, and all frames of one head
    /// @param streams the most at once on all connections together
    public record Limits(Duration idle, Duration head, int streams) {

        /// The most on one connection. It is told before its client shows a token, so a quarter stays for
        /// others; but no more than that: the JDK's client opens no second connection, and fails what is too
        /// much for the first.
        int streamsOfOne() {
            return streams - streams / 4;
        }
    }

    private final Limits limits;
    private final Streams.Shared shared;
    private final Set<Http2Connection> open = ConcurrentHashMap.newKeySet();

    /// @param http serves each stream, as a connection of HTTP/1.1
    /// @param isKnown whether a client may come in that shows this `authorization`; empty for none
    /// @param budget for what clients have sent and nobody has read
    public Http2(ServerConnectionSelector http, Limits limits, Predicate<String> isKnown, Budget budget) {
        this.limits = limits;
        this.shared = new Streams.Shared(new Room(limits.streams(), isKnown), limits.streamsOfOne(), http, budget);
    }

    /// Tell each client to send its next requests elsewhere.
    public List<Runnable> goodbyes() {
        return open.stream().<Runnable>map(connection -> connection::sayGoodbye).toList();
    }

    /// None by its first bytes: whoever sends them has not chosen it over TLS.
    @Override
    public Support supports(BufferData data) {
        return Support.UNSUPPORTED;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return Set.of(PROTOCOL);
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Http2Connection(context, limits, shared, open);
    }
}
