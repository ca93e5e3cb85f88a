package io.keywheel.adapters.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// All client connections. A connection that exceeds a timeout is closed.
public final class ClientConnections implements AutoCloseable {

    public static final int MOST_HEADERS = 100;

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("keywheel-connections").factory());

    private final StarvationDetector starvationDetector;
    final ClientTimeouts timeouts;

    /// The limit of one request body with its framing, in bytes.
    final long maxFramedBytes;

    final ByteBudget bodyBudget;
    final ByteBudget answerBudget;
    final ConnectionSlots connectionSlots;

    /// A quarter of all connections may [linger][ClientConnection#linger] at once.
    final Semaphore lingering;

    /// @param most the limit of concurrent connections, without the spare ones for health checks
    public ClientConnections(
            ClientTimeouts timeouts, long maxFramedBytes, ByteBudget bodyBudget, ByteBudget answerBudget, int most) {
        this.connectionSlots = new ConnectionSlots(most, System::nanoTime);
        this.lingering = new Semaphore(Math.max(1, most / 4));
        this.bodyBudget = bodyBudget;
        this.answerBudget = answerBudget;
        this.timeouts = timeouts;
        this.maxFramedBytes = maxFramedBytes;
        long period = Math.clamp(timeouts.write().toMillis() / 4, 10, 250);
        this.starvationDetector = new StarvationDetector(Duration.ofMillis(period), System.nanoTime());
        var _ = scheduler.scheduleWithFixedDelay(this::inspect, period, period, TimeUnit.MILLISECONDS);
    }

    /// The limit of open sockets for a limit of connections: some are spare for health checks, some being closed.
    public static int maxSockets(int connections) {
        return connections + 2 * ConnectionSlots.SPARE;
    }

    public int count() {
        return open.size();
    }

    /// Helidon's HTTP/1.1 selector, with each connection wrapped in a [ClientConnection].
    public ServerConnectionSelector over(Http1ConnectionSelector http) {
        return new ServerConnectionSelector() {
            @Override
            public int bytesToIdentifyConnection() {
                return http.bytesToIdentifyConnection();
            }

            @Override
            public Support supports(BufferData data) {
                return http.supports(data);
            }

            @Override
            public Set<String> supportedApplicationProtocols() {
                return http.supportedApplicationProtocols();
            }

            @Override
            public ServerConnection connection(ConnectionContext context) {
                return new ClientConnection(context, http, ClientConnections.this);
            }
        };
    }

    /// Closes all connections, within two seconds. An interrupt ends the wait.
    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            for (int round = 0; round < 2; round++) {
                long end = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
                for (Thread closing :
                        open.stream().map(ClientConnection::forceClose).toList()) {
                    closing.join(Duration.ofNanos(end - System.nanoTime()));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Failures are caught per connection, because the scheduler drops a task that throws.
    private void inspect() {
        Long lateBefore = starvationDetector.lateBefore(System.nanoTime());
        for (ClientConnection connection : open) {
            try {
                connection.inspect(lateBefore);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "A client connection could not be checked", e);
            }
        }
    }
}
