package io.keywheel.benchmarks;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/// The minimum cost of the gateway's stack: Helidon in front, the JDK's client behind, bytes forwarded unread. It has
/// no policy and no log.
public final class Relay {

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Runnable::run)
            .build();
    private final URI upstream;

    private Relay(URI upstream) {
        this.upstream = upstream;
    }

    /// @param arguments the upstream's address
    public static void main(String[] arguments) {
        var relay = new Relay(URI.create(arguments[0] + "/v1/chat/completions"));
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .connectionOptions(options -> options.tcpNoDelay(true))
                .routing(routing -> routing.post("/v1/chat/completions", relay::relay))
                .build()
                .start();
        System.out.println("listening on http://127.0.0.1:" + server.port());
    }

    private void relay(ServerRequest request, ServerResponse response) throws IOException, InterruptedException {
        var forwarded = HttpRequest.newBuilder(upstream)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer x")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.content().as(byte[].class)))
                .build();
        var answer = client.send(forwarded, BodyHandlers.ofInputStream());
        String type = answer.headers().firstValue("content-type").orElse("");
        response.header(HeaderNames.CONTENT_TYPE, type);
        try (var in = answer.body()) {
            if (!type.startsWith("text/event")) {
                response.send(in.readAllBytes());
                return;
            }
            try (var out = response.outputStream()) {
                byte[] bytes = new byte[8192];
                for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                    out.write(bytes, 0, count);
                    out.flush();
                }
            }
        }
    }
}
