package io.keywheel.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/// An answer and its request.
///
/// @param path the raw path, without the query
/// @param asked the body of the request; empty if there was none or it was not recorded
/// @param headers by name, ignoring case
public record RecordedExchange(
        String method, String path, String asked, int status, Map<String, List<String>> headers, String body) {

    private static final String END_OF_HEAD = "\r\n\r\n";

    public RecordedExchange {
        var ordered = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        ordered.putAll(headers);
        headers = ordered;
    }

    public static RecordedExchange of(HttpResponse<?> answer, String body) {
        HttpRequest request = answer.request();
        return new RecordedExchange(
                request.method(),
                request.uri().getRawPath(),
                request.bodyPublisher().map(RecordedExchange::text).orElse(""),
                answer.statusCode(),
                answer.headers().map(),
                body);
    }

    /// The request's body if its length is known in advance; only such a publisher can be read again.
    private static String text(HttpRequest.BodyPublisher published) {
        if (published.contentLength() <= 0) {
            return "";
        }
        var body = HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        published.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                body.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer part) {
                body.onNext(List.of(part));
            }

            @Override
            public void onError(Throwable throwable) {
                body.onError(throwable);
            }

            @Override
            public void onComplete() {
                body.onComplete();
            }
        });
        return body.getBody().toCompletableFuture().join();
    }

    /// Parses an exchange over a raw connection.
    ///
    /// @param sent a request, and possibly more
    /// @param received a whole answer with a `Content-Length`, and possibly more
    public static RecordedExchange onTheWire(String sent, String received) {
        String[] line = sent.lines().findFirst().orElse("").split(" ", -1);
        int end = received.indexOf(END_OF_HEAD);
        List<String> head = received.substring(0, end).lines().toList();
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        head.stream()
                .skip(1)
                .map(header -> header.split(": ", 2))
                .forEach(header -> headers.merge(
                        header[0],
                        List.of(header[1]),
                        (one, other) ->
                                Stream.concat(one.stream(), other.stream()).toList()));
        byte[] rest = received.substring(end + END_OF_HEAD.length()).getBytes(StandardCharsets.UTF_8);
        int length = Integer.parseInt(
                headers.getOrDefault("Content-Length", List.of("0")).getFirst());
        boolean bodiless = line[0].equals("HEAD");
        return new RecordedExchange(
                line[0],
                line.length > 1 ? line[1].split("[?#]", 2)[0] : "",
                "",
                Integer.parseInt(head.getFirst().split(" ", 3)[1]),
                headers,
                bodiless ? "" : new String(Arrays.copyOf(rest, Math.min(length, rest.length)), StandardCharsets.UTF_8));
    }

    /// The data of each event of a stream; a text if it is no JSON object.
    public static List<JsonNode> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.replaceFirst("^data: ", ""))
                .map(data -> data.startsWith("{") ? Document.json(data) : Document.text(data))
                .toList();
    }

    /// The media type of the body without parameters; empty if the answer has none.
    String mediaType() {
        return headers.getOrDefault("Content-Type", List.of(""))
                .getFirst()
                .split(";", 2)[0]
                .strip();
    }

    @Override
    public String toString() {
        return method + " " + path + " -> " + status;
    }
}
