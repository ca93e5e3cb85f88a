package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /api/models/refresh`.
@Timeout(30)
class RefreshTest {

    private static final String PATH = "/api/models/refresh";

    @AutoClose
    private final TestServer testServer = new TestServer();

    private boolean started() {
        return testServer.post(PATH, "{}").json().path("started").booleanValue();
    }

    @Test
    void answers_before_the_providers_do() {
        var asked = new CountDownLatch(1);
        var mayAnswer = new CountDownLatch(1);
        testServer.models.refresh = () -> {
            asked.countDown();
            Await.latch(mayAnswer);
        };

        assertTrue(started());

        Await.latch(asked);
        mayAnswer.countDown();
    }

    @Test
    void twenty_requests_at_once_start_one_refresh() {
        var asked = new CountDownLatch(1);
        testServer.models.refresh = asked::countDown;

        assertTrue(started());
        for (int i = 0; i < 19; i++) {
            assertFalse(started());
        }

        Await.latch(asked);
        assertEquals(1, testServer.models.refreshes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"models\": 1}", "[]", "{"})
    void a_body_with_fields_starts_nothing(String body) {
        testServer.post(PATH, body).assertStatus(400);
        assertEquals(0, testServer.models.refreshes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void a_get_starts_nothing(String method) {
        assertEquals("405", testServer.statusOf(RawClient.head(method + " " + PATH)));
        assertEquals(0, testServer.models.refreshes.get());
    }
}
