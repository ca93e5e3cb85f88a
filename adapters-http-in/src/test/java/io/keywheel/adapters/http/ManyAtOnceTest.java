package io.keywheel.adapters.http;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// How many may come at once.
class ManyAtOnceTest {

    @Test
    void answers_no_more_chats_at_once_than_it_may() {
        try (var small = new TestServer(TestServer.Terms.USUAL.with(TightBounds.chats(1)));
                var client = small.raw()) {
            var begun = new CountDownLatch(1);
            var mayEnd = new CountDownLatch(1);
            small.chats.play((_, _) -> {
                begun.countDown();
                Await.latch(mayEnd);
                return Samples.answer("Hi");
            });
            client.send(RawClient.post("/api/chat", Samples.HELLO));
            Await.latch(begun);

            var refused = small.post("/api/chat", Samples.HELLO);

            refused.assertError(503, "unavailable");
            refused.assertHeader("Retry-After", "1");
            small.get("/health").assertStatus(200);
            mayEnd.countDown();
            client.readUntil("\"Hi\"");
        }
    }
}
