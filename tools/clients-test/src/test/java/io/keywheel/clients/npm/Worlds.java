package io.keywheel.clients.npm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keywheel.clients.World;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts worlds for the JavaScript tests. `POST` starts one and returns its addresses; the body `{"clients":2}`
/// selects two clients. `DELETE …/ID` ends it. `POST …/ID/PROVIDER` holds the next answer of a provider before its
/// end, a stream after its first content, until `DELETE …/ID/PROVIDER`.
final class Worlds implements AutoCloseable {

    private static final String PATH = "/worlds";

    private final Map<String, World> open = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final HttpServer server;

    Worlds() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(PATH, this::answer);
        // The default executor would serve requests one by one and close those that wait 30 seconds. Virtual threads
        // that wait until another thread has initialized a class keep their carriers. If that thread then waits for
        // a jar that a virtual thread is to read next, all of them wait forever.
        server.setExecutor(task -> Thread.ofPlatform().daemon().start(task));
        server.start();
    }

    String address() {
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + PATH;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean begins = exchange.getRequestMethod().equals("POST");
            var names =
                    exchange.getRequestURI().getPath().substring(PATH.length()).split("/", -1);
            var answer = switch (names.length) {
                case 1 -> make(exchange);
                case 2 -> end(names[1]);
                default -> begins ? hold(names[1], names[2]) : release(names[1], names[2]);
            };
            var body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String make(HttpExchange exchange) throws IOException {
        var id = Integer.toString(numbers.incrementAndGet());
        var world = exchange.getRequestBody().readAllBytes().length == 0 ? new World() : World.ofTwoClients();
        open.put(id, world);
        var control = world.simulator().baseUrl(Provider.GROQ).resolve("/control");
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("gateway", world.address().toString())
                .put("token", World.TOKEN)
                .put("control", control.toString())
                .toString();
    }

    private String hold(String id, String provider) {
        var released = new CountDownLatch(1);
        held.put(id + "/" + provider, released);
        requireNonNull(open.get(id))
                .simulator()
                .on(Provider.valueOf(provider.toUpperCase(Locale.ROOT)))
                .next(new Fault.Held(released));
        return "{}";
    }

    private String release(String id, String provider) {
        requireNonNull(held.remove(id + "/" + provider)).countDown();
        return "{}";
    }

    /// A held answer would delay the end of its provider by 30 seconds.
    private String end(String id) {
        held.forEach((answer, released) -> {
            if (answer.startsWith(id + "/")) {
                released.countDown();
            }
        });
        requireNonNull(open.remove(id)).close();
        return "{}";
    }

    @Override
    public void close() {
        server.stop(0);
        open.values().forEach(World::close);
    }
}
