package io.keywheel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

final class Client implements AutoCloseable {

    static final String GROQ_MODEL = "openai/gpt-oss-20b";
    static final String CEREBRAS_MODEL = "gpt-oss-120b";
    static final String GROQ_KEY = "gsk_one";
    static final String CEREBRAS_KEY = "csk-one";

    final HttpClient http = HttpClient.newHttpClient();
    private final Simulator simulator;

    Client(Simulator simulator) {
        this.simulator = simulator;
    }

    HttpRequest.Builder to(Provider provider, String path, String key) {
        var request = HttpRequest.newBuilder(URI.create(simulator.baseUrl(provider) + path))
                .timeout(SimulatorSocket.LONGEST);
        return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
    }

    HttpResponse<String> chat(Provider provider, String key, String body) {
        return send(to(provider, "/chat/completions", key).POST(BodyPublishers.ofString(body)));
    }

    /// A chat with Groq or Cerebras; more properties as JSON, with a comma before them.
    HttpResponse<String> chat(Provider provider, String more) {
        return provider == Provider.GROQ ? groq(more) : cerebras(more);
    }

    /// A chat with Groq; more properties as JSON, with a comma before them.
    HttpResponse<String> groq(String more) {
        return chat(Provider.GROQ, GROQ_KEY, ask(GROQ_MODEL, "hello", more));
    }

    HttpResponse<String> cerebras(String more) {
        return chat(Provider.CEREBRAS, CEREBRAS_KEY, ask(CEREBRAS_MODEL, "hello", more));
    }

    HttpResponse<String> get(Provider provider, String path, String key) {
        return send(to(provider, path, key));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String header(HttpResponse<?> reply, String name) {
        return reply.headers().firstValue(name).orElse("");
    }

    static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /// The data of a stream's events, `[DONE]` included.
    static List<String> data(String body) {
        return body.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /// A chat of one user message; more properties as JSON, with a comma before them.
    static String ask(String model, String question, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + question.replace("\"", "\\\"") + "\"}]" + more + "}";
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
