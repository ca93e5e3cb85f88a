package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.ChatException.StreamInterruptedException;
import io.keywheel.domain.usage.RequestRecord;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedRequestTest {

    @AutoClose
    private final TestServer testServer = new TestServer();

    private void assertCounted(String api, String asked, String outcome) {
        RequestRecord request = testServer.counted.only();
        assertEquals(
                api + " " + asked + " " + outcome,
                request.api() + " " + request.requestedModel() + " "
                        + request.ending().outcome().label());
    }

    @Test
    void invalid_chat_is_recorded_without_a_route() {
        testServer.post("/api/chat", "{}");

        assertCounted("json", "", "invalid_request");
        assertNull(testServer.counted.only().timing().firstContent());
    }

    @Test
    void unknown_path_is_recorded_as_other_api() {
        testServer.get("/nothing");

        assertCounted("other", "", "not_found");
    }

    @Test
    void interrupted_stream_is_recorded_with_time_to_first_content() {
        testServer.chats.breakOff("a", new StreamInterruptedException("cut", List.of()));
        testServer.post("/api/chat/stream", Samples.HELLO);

        assertCounted("sse", "auto", "interrupted");
        RequestRecord.Timing timing = testServer.counted.only().timing();
        assertNotNull(timing.firstContent());
        assertTrue(timing.firstContent().compareTo(timing.duration()) <= 0);
    }

    @Test
    void metrics_requests_are_not_counted() {
        for (int i = 0; i < 2; i++) {
            var page = testServer.get("/metrics").assertStatus(200);

            page.assertHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            assertEquals("requests_total 0\n", page.body());
        }
    }

    /// The first header is that of Prometheus 2.53.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | true",
                "application/openmetrics-text | true",
                "application/openmetrics-text;q=0.2,text/plain;q=0.3 | false",
                "text/plain | false",
                "*/* | false",
            })
    void metrics_format_follows_the_accept_header(String accept, boolean open) {
        testServer.counted.openMetrics = "# EOF\n";

        testServer
                .get("/metrics", "Accept: " + accept)
                .assertHeader(
                        "Content-Type",
                        open
                                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                : "text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void metrics_stay_plain_text_without_openmetrics_support() {
        testServer
                .get("/metrics", "Accept: application/openmetrics-text")
                .assertHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    }
}
