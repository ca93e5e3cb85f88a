package io.keywheel.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// A client as any other: it knows the gateway's address and nothing else.
final class DemoClient implements AutoCloseable {

    /// What came back.
    ///
    /// @param answeredBy the key's place, such as `groq/2`, and the model; empty without an answer
    /// @param attempts who was asked, in order, and what came of it
    record Reply(int status, String answeredBy, String attempts, String body, Duration took) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI gateway;

    DemoClient(URI gateway) {
        this.gateway = gateway;
    }

    /// @param id of the request, under which the log has it
    Reply post(String path, String id, String json) {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve(path))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", id)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        long began = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(),
                    (header(response, "X-Keywheel-Key") + " " + header(response, "X-Keywheel-Model")).strip(),
                    header(response, "X-Keywheel-Attempts"),
                    response.body(),
                    Duration.ofNanos(System.nanoTime() - began));
        } catch (IOException e) {
            throw new TourException("The tour broke off: the gateway did not answer " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TourException("The tour was interrupted", e);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        http.close();
    }
}
