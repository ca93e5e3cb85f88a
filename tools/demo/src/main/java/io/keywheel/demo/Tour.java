package io.keywheel.demo;

import static io.keywheel.simulator.Provider.CEREBRAS;
import static io.keywheel.simulator.Provider.GROQ;

import io.keywheel.bootstrap.command.Output;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.domain.status.KeyState;
import io.keywheel.simulator.Fault;
import io.keywheel.simulator.KnownError;
import io.keywheel.simulator.Simulator;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Fifteen chats over HTTP, each of which shows something.
final class Tour {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Output output;
    private final RunningGateway gateway;
    private final Simulator simulator;
    private final BooleanSupplier stopped;
    private int sent;

    /// @param stopped whether the tour is to end before its next part
    Tour(Output output, RunningGateway gateway, Simulator simulator, BooleanSupplier stopped) {
        this.output = output;
        this.gateway = gateway;
        this.simulator = simulator;
        this.stopped = stopped;
    }

    /// @throws UncheckedIOException where the gateway does not answer
    void give() {
        try (http) {
            List<Runnable> parts =
                    List.of(this::rotation, this::namedModel, this::failingKeys, this::deadProvider, this::recovery);
            for (Runnable part : parts) {
                if (!stopped.getAsBoolean()) {
                    part.run();
                }
            }
        }
    }

    private void rotation() {
        chapter("No model named: providers take turns, and within each its keys");
        String first = show("default model", "/api/chat", "");
        chats(2, "default model", "");
        output.print("      the first answer, whole: " + first);
        chapter("The same as a stream");
        String stream = show("default model", "/api/chat/stream", "");
        output.print("      it came in "
                + stream.lines().filter(line -> line.startsWith("data:")).count() + " events");
    }

    private void namedModel() {
        chapter("A model named: only its provider is asked, its keys in turn");
        chats(3, "openai/gpt-oss-20b", "\"model\":\"openai/gpt-oss-20b\",");
    }

    private void failingKeys() {
        chapter("A key at its rate limit: the next key answers, the limited one cools down");
        simulator.on(GROQ).next(new Fault.RateLimited(Duration.ofSeconds(2)));
        chats(1, "groq's default", "\"provider\":\"groq\",");
        chapter("A key that Cerebras no longer accepts: it is retired");
        simulator.on(CEREBRAS).next(KnownError.INVALID_KEY);
        chats(1, "cerebras' default", "\"provider\":\"cerebras\",");
    }

    private void deadProvider() {
        chapter("Groq is down: Cerebras answers, and Groq cools down");
        simulator.on(GROQ).always(KnownError.BAD_GATEWAY);
        chats(3, "default model", "");
        simulator.on(GROQ).clear();
        awaitGroq();
    }

    private void recovery() {
        chapter("Groq is back: a single probe succeeds, then Groq takes requests again");
        chats(3, "default model", "");
    }

    private void chapter(String title) {
        output.print("");
        output.print(title);
    }

    private void chats(int number, String what, String selection) {
        for (int i = 0; i < number; i++) {
            show(what, "/api/chat", selection);
        }
    }

    /// Sends a chat, and prints its attempts in order and the target that answered.
    ///
    /// @return the body of the answer
    private String show(String what, String path, String selection) {
        sent++;
        String json = "{%s\"messages\":[{\"role\":\"user\",\"content\":\"Question %d\"}]}".formatted(selection, sent);
        HttpRequest request = HttpRequest.newBuilder(gateway.address().resolve(path))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "chat-" + sent)
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        long began = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            output.print("  %2d  %-18s -> %d  %-32s %4d ms   %s"
                    .formatted(
                            sent,
                            what,
                            response.statusCode(),
                            (header(response, "Key") + " " + header(response, "Model")).strip(),
                            Duration.ofNanos(System.nanoTime() - began).toMillis(),
                            header(response, "Attempts")));
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException("The tour broke off: the gateway did not answer " + path, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("The tour was interrupted", new InterruptedIOException());
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue("X-Keywheel-" + name).orElse("");
    }

    /// Until the cooldowns of the outage are over; each failure doubles them, to some seconds.
    private void awaitGroq() {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        while (groqIsCooling() && !stopped.getAsBoolean() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private boolean groqIsCooling() {
        return gateway.useCases().status().status().providers().stream()
                .filter(provider -> provider.id().value().equals("groq"))
                .flatMap(provider -> provider.keys().stream())
                .anyMatch(key -> key.state() instanceof KeyState.Cooling);
    }
}
