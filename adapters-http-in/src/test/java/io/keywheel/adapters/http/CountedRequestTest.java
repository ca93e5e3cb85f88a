package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.StreamInterruptedException;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.status.FinishedRequest;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountedRequestTest {

    private static final String STREAMED = """
            {"model": "auto", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}""";

    @AutoClose
    private final TestServer testServer = new TestServer();

    private static String words(FinishedRequest request) {
        return request.api() + " " + request.path() + " " + request.outcome();
    }

    private void answer() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            return Samples.answer("a");
        });
    }

    @ParameterizedTest
    @CsvSource({"/api/chat, json", "/api/chat/stream, sse", "/v1/chat/completions, openai"})
    void a_request_is_counted_by_its_api(String path, String way) {
        answer();

        testServer.post(path, Samples.HELLO.replaceFirst("\\{", "{\"model\": \"m\", "));

        assertEquals(way + " B ok", words(testServer.counted.only()));
    }

    @Test
    void a_stream_of_the_openai_api_is_counted_apart() {
        answer();

        testServer.post("/v1/chat/completions", STREAMED);

        assertEquals("openai_stream A ok", words(testServer.counted.only()));
    }

    @Test
    void that_no_chat_can_be_read_from_has_no_path() {
        testServer.post("/api/chat", "{}");

        assertEquals("json none invalid_request", words(testServer.counted.only()));
        assertNull(testServer.counted.only().firstContent());
    }

    @Test
    void that_is_no_chat_is_another() {
        testServer.get("/nothing");

        assertEquals("other none not_found", words(testServer.counted.only()));
    }

    @Test
    void that_broke_off_had_content_before_its_end() {
        testServer.chats.play((_, sink) -> {
            sink.open(Samples.serving());
            sink.accept(Chunk.text("a"));
            throw new StreamInterruptedException("cut", List.of());
        });

        testServer.post("/api/chat/stream", Samples.HELLO);

        FinishedRequest request = testServer.counted.only();
        assertEquals("sse A interrupted", words(request));
        assertNotNull(request.firstContent());
        assertTrue(request.firstContent().compareTo(request.took()) <= 0);
    }

    @Test
    void requests_of_the_console_are_not_counted() {
        Response page = testServer.get("/metrics");

        page.assertStatus(200);
        page.assertHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        assertEquals("requests_total 0\n", page.body());
        assertEquals("requests_total 0\n", testServer.get("/metrics").body());
    }
}
