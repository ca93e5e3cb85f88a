package io.keywheel.adapters.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An OTLP receiver over HTTP that decodes the spans.
final class Receiver implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final CountDownLatch hanging = new CountDownLatch(1);
    final List<ResourceSpans> resources = new CopyOnWriteArrayList<>();
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final List<@Nullable String> tokens = new CopyOnWriteArrayList<>();

    /// How many exports have arrived, whatever the response.
    final AtomicInteger exports = new AtomicInteger();

    /// The response status; 0 means no response.
    volatile int answer = 200;

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = answer;
            exports.incrementAndGet();
            if (status == 0) {
                hanging.await();
                return;
            }
            if (status == 200) {
                tokens.add(exchange.getRequestHeaders().getFirst("x-token"));
                bodies.add(new String(body, StandardCharsets.ISO_8859_1));
                resources.addAll(decoded(body).getResourceSpansList());
            }
            byte[] garbage = "no protobuf at all".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(status, garbage.length);
            exchange.getResponseBody().write(garbage);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExportTraceServiceRequest decoded(byte[] body) throws IOException {
        try {
            return ExportTraceServiceRequest.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(e);
        }
    }

    /// Traces that are sent here soon.
    ///
    /// @param variables further names and values
    Traces traces(String... variables) {
        var all = new HashMap<>(Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", address(),
                "OTEL_BSP_SCHEDULE_DELAY", "10",
                "OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", "true"));
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        return Traces.open(all, "1.2.3", "http");
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> spans() {
        return resources.stream()
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    Span span(String name) {
        await(() -> spans().stream().anyMatch(span -> span.getName().equals(name)));
        List<Span> found =
                spans().stream().filter(span -> span.getName().equals(name)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found);
        }
        return found.getFirst();
    }

    static void await(BooleanSupplier done) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 seconds");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        hanging.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
