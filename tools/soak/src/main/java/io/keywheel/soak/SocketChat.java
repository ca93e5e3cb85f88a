package io.keywheel.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One chat on a WebSocket, as far as it came.
final class SocketChat {

    /// How it stands.
    enum State {
        OPEN,
        /// With its last message.
        ENDED,
        /// By the client, with the whole socket.
        CUT,
        /// By the gateway, with the whole socket.
        CLOSED
    }

    private final List<JsonNode> messages = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private State state = State.OPEN;
    private String why = "";

    /// @return whether this message is its last
    synchronized boolean take(JsonNode message) {
        messages.add(message);
        if (!message.path("type").asText().equals("chunk")) {
            end(State.ENDED, "");
            return true;
        }
        return false;
    }

    /// @param because in words; empty where `how` says it all
    synchronized void end(State how, String because) {
        if (state == State.OPEN) {
            state = how;
            why = because;
            over.countDown();
        }
    }

    /// Returns early when it is over.
    void await(Duration patience) throws InterruptedException {
        boolean _ = over.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized State state() {
        return state;
    }

    /// Why it ended, where its state does not say it all.
    synchronized String why() {
        return why.isEmpty() ? "" : " (" + why + ")";
    }

    synchronized List<JsonNode> messages() {
        return List.copyOf(messages);
    }
}
