package io.keywheel.experiments.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChatsTest {

    private static final Chats CHATS = new Chats(30, 200);
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final List<Request> REQUESTS = CHATS.requests(Arrivals.START, AN_HOUR, new Random(1));

    @Test
    void each_chat_sends_a_request_every_30_seconds() {
        assertEquals(30 * 120, REQUESTS.size(), 450);
    }

    @Test
    void prompt_contains_the_whole_conversation_and_a_question() {
        Map<Long, Request> before = new HashMap<>();
        for (Request request : REQUESTS) {
            Request last = before.put(request.conversation(), request);
            if (last != null) {
                assertTrue(request.prompt() > last.tokens(), () -> last + " then " + request);
                assertTrue(request.tokens() - last.tokens() <= 300, () -> last + " then " + request);
            }
            assertEquals(request.tokens(), request.estimate());
        }
    }

    @Test
    void requests_have_the_configured_mean_size_and_are_ordered_by_arrival() {
        double mean = REQUESTS.stream().mapToInt(Request::tokens).average().orElseThrow();

        assertEquals(CHATS.meanTokens(), mean, 140);
        assertTrue(REQUESTS.getFirst().arrivedAt().isBefore(Arrivals.START.plusSeconds(30)));
        for (int i = 1; i < REQUESTS.size(); i++) {
            assertEquals(i, REQUESTS.get(i).number());
            assertTrue(!REQUESTS.get(i).arrivedAt().isBefore(REQUESTS.get(i - 1).arrivedAt()));
        }
    }
}
