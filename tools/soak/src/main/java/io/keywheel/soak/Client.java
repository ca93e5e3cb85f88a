package io.keywheel.soak;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.soak.gateway.Endpoint;
import java.time.Duration;
import java.util.SplittableRandom;

/// Asks in every form, stays or leaves, and says how it went. Safe for use by several threads.
final class Client implements AutoCloseable {

    /// No request may take longer, whatever happens. The gateway's own limit is far below.
    static final Duration DEADLINE = Duration.ofSeconds(30);

    /// Until the last of those that leave has left: about as long as an answer takes.
    private static final int LEAVES_WITHIN_MILLIS = 150;

    private static final double LEAVES = 0.06;
    private static final double CUTS = 0.02;

    private final HttpApi http;
    private final WebSocketApi sockets;
    private final Judge judge;

    Client(Endpoint gateway, Judge judge) {
        this.http = new HttpApi(gateway);
        this.sockets = new WebSocketApi(gateway);
        this.judge = judge;
    }

    /// @param number of the request
    Outcome ask(long number, Form form, SplittableRandom chance) throws InterruptedException {
        var question = Question.random(number, chance);
        boolean leaves = chance.nextDouble() < LEAVES;
        Duration patience = leaves ? Duration.ofMillis(chance.nextInt(LEAVES_WITHIN_MILLIS)) : DEADLINE;
        ObjectNode body = Json.question(question);
        return switch (form) {
            case WHOLE -> {
                Received received = http.ask("/api/chat", body.toString(), patience);
                yield judged(question, received, NativeReading.whole(received), leaves);
            }
            case STREAM -> {
                Received received = http.ask("/api/chat/stream", body.toString(), patience);
                yield judged(question, received, NativeReading.stream(received), leaves);
            }
            case OPENAI -> {
                Received received = http.ask("/v1/chat/completions", body.toString(), patience);
                yield judged(question, received, OpenAiReading.whole(received), leaves);
            }
            case OPENAI_STREAM -> {
                body.put("stream", true);
                Received received = http.ask("/v1/chat/completions", body.toString(), patience);
                yield judged(question, received, OpenAiReading.stream(received), leaves);
            }
            case SOCKET -> {
                boolean cuts = leaves && chance.nextDouble() < CUTS;
                yield judged(question, chat(number, body, patience, leaves, cuts), leaves);
            }
        };
    }

    private SocketChat chat(long number, ObjectNode body, Duration patience, boolean leaves, boolean cuts)
            throws InterruptedException {
        String id = "chat-" + number;
        String message = body.put("id", id).toString();
        if (cuts) {
            return sockets.askAndCut(number, id, message, patience);
        }
        return leaves
                ? sockets.askAndCancel(number, id, message, patience, DEADLINE)
                : sockets.ask(number, id, message, patience);
    }

    /// Also those who leave must not have heard anything wrong.
    private Outcome judged(Question question, Received received, Said said, boolean leaves) {
        Outcome outcome = judge.of(question, said);
        boolean left = leaves && Received.TIMEOUT.equals(received.failure());
        return left && outcome instanceof Outcome.Lost ? new Outcome.Left() : outcome;
    }

    private Outcome judged(Question question, SocketChat chat, boolean leaves) {
        Said said = NativeReading.socket(chat.messages());
        if (leaves && "cancelled".equals(said.error()) && question.mayBegin(said.content())) {
            return new Outcome.Left();
        }
        Outcome outcome = judge.of(question, said);
        return switch (outcome) {
            case Outcome.Lost _ when chat.state() == SocketChat.State.CUT -> new Outcome.Left();
            case Outcome.Lost(var how) -> new Outcome.Lost(chat.state() + " socket" + chat.why() + ", " + how);
            default -> outcome;
        };
    }

    @Override
    public void close() {
        http.close();
        sockets.close();
    }
}
