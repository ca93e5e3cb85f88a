package io.keywheel.adapters.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real sockets, on a server whose handlers end the connection.
class ClientConnectionTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final int CONNECTIONS = 8;

    private final List<Integer> countsAfterClose = new CopyOnWriteArrayList<>();
    private final AtomicInteger lingered = new AtomicInteger();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private volatile boolean hangs;
    private final ClientConnections clientConnections = new ClientConnections(
            new ClientTimeouts(A_MINUTE, A_MINUTE, A_MINUTE, A_MINUTE, A_MINUTE),
            1 << 20,
            new ByteBudget(1 << 20),
            new ByteBudget(1 << 20),
            CONNECTIONS);
    private final WebServer server = WebServer.builder()
            .host("localhost")
            .protocolsDiscoverServices(false)
            .featuresDiscoverServices(false)
            .shutdownHook(false)
            .addConnectionSelector(observed(clientConnections.over(Http1ConnectionSelector.builder()
                    .config(Http1Config.create())
                    .build())))
            .routing(HttpRouting.builder().get("/end", (_, _) -> end()).get("/linger", (_, _) -> linger()))
            .build()
            .start();

    @AfterEach
    void stop() {
        mayEnd.countDown();
        clientConnections.close();
        server.stop();
    }

    private static void end() {
        throw new CloseConnectionException("the test ends it");
    }

    private void linger() {
        ClientConnection.current().linger(() -> {
            lingered.incrementAndGet();
            Waiting.latch(mayEnd);
        });
        end();
    }

    /// Records after each close of a socket how many connections count as open. Optionally, a close hangs until an
    /// interrupt.
    private ServerConnectionSelector observed(ServerConnectionSelector connections) {
        return proxy(ServerConnectionSelector.class, (_, method, args) -> {
            boolean connects = method.getName().equals("connection");
            return invoke(connections, method, connects ? new Object[] {observed((ConnectionContext) args[0])} : args);
        });
    }

    private ConnectionContext observed(ConnectionContext context) {
        var socket = proxy(HelidonSocket.class, (_, method, args) -> {
            if (method.getName().equals("close") && hangs) {
                hang();
            }
            Object result = invoke(context.serverSocket(), method, args);
            if (method.getName().equals("close")) {
                countsAfterClose.add(clientConnections.count());
            }
            return result;
        });
        return proxy(
                ConnectionContext.class,
                (_, method, args) -> method.getName().equals("serverSocket") ? socket : invoke(context, method, args));
    }

    private void hang() {
        hanging.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException _) {
            interrupted.countDown();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Socket request(String path) throws IOException {
        var client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout((int) A_MINUTE.toMillis());
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /// Waits until the server closes the connection.
    private static void awaitClose(Socket client) throws IOException {
        assertEquals(-1, client.getInputStream().read());
    }

    @Test
    void connection_counts_until_its_socket_is_closed() throws IOException {
        try (var client = request("/end")) {
            awaitClose(client);
        }
        Waiting.until(() -> clientConnections.count() == 0);

        assertEquals(List.of(1), countsAfterClose);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void close_of_a_socket_that_takes_longer_than_a_second_is_interrupted(boolean withoutSlot) throws IOException {
        hangs = true;
        for (int i = 0; withoutSlot && i < CONNECTIONS; i++) {
            clientConnections.connectionSlots.new Slot(null, () -> fail("it cannot be evicted")).acquire();
        }
        try (var _ = request("/end")) {
            Waiting.latch(hanging);
            long inTwoSeconds = System.nanoTime() + 2_000_000_000;
            clientConnections.open.forEach(connection -> connection.inspect(inTwoSeconds));

            Waiting.latch(interrupted);
        }
        Waiting.until(() -> clientConnections.count() == 0);
    }

    @Test
    void quarter_of_all_connections_may_linger_and_the_next_one_is_closed() throws IOException {
        try (var first = request("/linger");
                var second = request("/linger")) {
            Waiting.until(() -> lingered.get() == 2);
            try (var next = request("/linger")) {
                awaitClose(next);
            }
            assertEquals(2, lingered.get());

            mayEnd.countDown();
            awaitClose(first);
            awaitClose(second);
        }
        try (var later = request("/linger")) {
            awaitClose(later);
        }
        assertEquals(3, lingered.get());
    }
}
