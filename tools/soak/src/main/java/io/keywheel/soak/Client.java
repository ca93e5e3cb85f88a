package io.keywheel.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Sends requests in every form, sometimes disconnects early, and checks the answers. Thread-safe.
final class Client implements AutoCloseable {

    /// The deadline of each request; the gateway's own limit is far lower.
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final String TIMEOUT = "no end in time";
    /// Enough sockets that none has more than 32 chats, which is the limit.
    private static final int SOCKETS = 64;
    /// About as long as an answer takes.
    private static final int LEAVES_WITHIN_MILLIS = 150;
    private static final double DISCONNECT_RATE = 0.06;
    private static final double CUT_RATE = 0.02;

    private final Endpoint gateway;
    private final AnswerChecker checker;
    private final HttpClient http;
    private final @Nullable ChatSocket[] sockets = new ChatSocket[SOCKETS];

    Client(Endpoint gateway, AnswerChecker checker) {
        this.gateway = gateway;
        this.checker = checker;
        this.http = gateway.client().build();
    }

    Verdict ask(long number, Form form, SplittableRandom random) throws InterruptedException {
        var question = Question.random(number, random);
        boolean leaves = random.nextDouble() < DISCONNECT_RATE;
        Duration timeout = leaves ? Duration.ofMillis(random.nextInt(LEAVES_WITHIN_MILLIS)) : DEADLINE;
        ObjectNode body = question.body();
        if (form == Form.SOCKET) {
            String id = "chat-" + number;
            boolean cuts = leaves && random.nextDouble() < CUT_RATE;
            return askOverSocket(question, number, id, body.put("id", id).toString(), timeout, leaves, cuts);
        }
        if (form == Form.OPENAI_STREAM) {
            body.put("stream", true);
        }
        Answer.Response response = post(form.path, body.toString(), timeout);
        Verdict verdict = checker.of(question, Answer.of(form, response));
        boolean left = leaves && TIMEOUT.equals(response.failure());
        return left && verdict.kind() == Verdict.Kind.LOST ? new Verdict(Verdict.Kind.LEFT, "") : verdict;
    }

    private Verdict askOverSocket(
            Question question, long number, String id, String message, Duration timeout, boolean leaves, boolean cuts)
            throws InterruptedException {
        ChatSocket socket = socket((int) (number % SOCKETS));
        ChatSocket.Chat chat = socket.ask(id, message);
        if (!chat.await(timeout) && cuts) {
            socket.cut();
        } else if (!chat.await(Duration.ZERO) && leaves) {
            socket.send("{\"type\":\"cancel\",\"id\":\"" + id + "\"}");
            chat.await(DEADLINE);
        }
        Answer answer = Answer.ofMessages(chat.messages());
        Verdict verdict = checker.of(question, answer);
        boolean cancelled = leaves && "cancelled".equals(answer.error()) && question.mayBegin(answer.content());
        boolean wasCut = ChatSocket.CUT.equals(chat.failure()) && verdict.kind() == Verdict.Kind.LOST;
        if (cancelled || wasCut) {
            return new Verdict(Verdict.Kind.LEFT, "");
        }
        return verdict.kind() == Verdict.Kind.LOST
                ? new Verdict(Verdict.Kind.LOST, "socket: " + chat.failure() + ", " + verdict.detail())
                : verdict;
    }

    private synchronized ChatSocket socket(int place) {
        ChatSocket socket = sockets[place];
        if (socket == null || socket.isClosed()) {
            URI address = gateway.address().resolve(Form.SOCKET.path);
            socket = ChatSocket.open(
                    http,
                    URI.create("ws" + address.toString().substring("http".length())),
                    gateway.authorization(),
                    DEADLINE);
            sockets[place] = socket;
        }
        return socket;
    }

    private Answer.Response post(String path, String body, Duration timeout) throws InterruptedException {
        return receive(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                timeout);
    }

    Answer.Response get(String path) throws InterruptedException {
        return receive(request(path).build(), Duration.ofSeconds(10));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(gateway.address().resolve(path)).header("Authorization", gateway.authorization());
    }

    /// The response so far when it ends or `timeout` has passed.
    private Answer.Response receive(HttpRequest request, Duration timeout) throws InterruptedException {
        var body = new ByteArrayOutputStream();
        var head = new CompletableFuture<HttpResponse.ResponseInfo>();
        CompletableFuture<HttpResponse<Void>> exchange = http.sendAsync(request, info -> {
            head.complete(info);
            return BodySubscribers.ofByteArrayConsumer(bytes -> bytes.ifPresent(body::writeBytes));
        });
        String failure = null;
        try {
            exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            exchange.cancel(true);
            failure = TIMEOUT;
        } catch (ExecutionException e) {
            failure = String.valueOf(e.getCause());
        }
        HttpResponse.ResponseInfo info = head.getNow(null);
        String text = body.toString(StandardCharsets.UTF_8);
        if (info == null) {
            return new Answer.Response(0, null, false, text, failure);
        }
        HttpHeaders headers = info.headers();
        String source = headers.firstValue("X-Keywheel-Provider")
                .flatMap(provider -> headers.firstValue("X-Keywheel-Model").map(model -> provider + "/" + model))
                .orElse(null);
        boolean asked = headers.firstValue("X-Keywheel-Attempts").isPresent();
        return new Answer.Response(info.statusCode(), source, asked, text, failure);
    }

    @Override
    public void close() {
        http.shutdownNow();
        for (ChatSocket socket : sockets) {
            if (socket != null) {
                socket.cut();
            }
        }
    }
}
