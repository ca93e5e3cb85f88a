package io.keywheel.adapters.llm.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.contract.WireServer;
import io.keywheel.timing.Waiting;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Valid responses, read through a transport.
interface TransportAnswers extends TransportUnderTest {

    @Test
    default void request_without_a_body_is_a_get() throws Exception {
        try (var server = WireServer.start(
                        exchange -> exchange.json(200, exchange.head().substring(0, 4)));
                var response = transport()
                        .send(
                                new Request(URI.create(server.baseUrl() + "/models"), new LinkedHashMap<>(), null),
                                deadlineIn(LONG))) {
            assertEquals("GET ", text(response));
        }
    }

    @Test
    default void only_requested_and_mandatory_headers_are_sent() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.json(200, "{}"));
                var response = send(server, deadlineIn(LONG))) {
            assertEquals("{}", text(response));
            List<String> names = server.exchanges()
                    .getFirst()
                    .head()
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT))
                    .filter(name -> !name.equals("connection"))
                    .sorted()
                    .toList();
            assertEquals(List.of("authorization", "content-length", "host", "user-agent"), names);
        }
    }

    @Test
    default void body_delimited_by_connection_close_is_read() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nall of it");
            exchange.close();
        })) {
            assertEquals("all of it", answer(server, "ping"));
        }
    }

    @Test
    default void interim_responses_are_skipped() throws Exception {
        try (var server = WireServer.start(exchange -> {
            exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
            exchange.json(200, exchange.body());
        })) {
            for (String ping : List.of("one", "two")) {
                assertEquals(ping, answer(server, ping));
            }
        }
    }

    /// The transport aborts an endless head before 16 MiB.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTP/1.1 200 OK~ | X-More: #~
                    HTTP/1.1 200 OK~X-Long: | #
                    HTTP/1.1 200 | #
                     | #
                     | HTTP/1.1 103 Early Hints~~
                    HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5; | #
                    HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ | 0
                    """)
    default void endless_head_is_aborted(@Nullable String beginning, String endless) throws Exception {
        byte[] wave = lines(endless).repeat(64).getBytes(StandardCharsets.US_ASCII);
        var sent = new AtomicLong();
        try (var server = WireServer.start(exchange -> {
            exchange.send(beginning == null ? "" : lines(beginning));
            while (sent.get() < TOO_MUCH) {
                exchange.socket().getOutputStream().write(wave);
                sent.addAndGet(wave.length);
            }
        })) {
            assertFails(server, deadlineIn(SOON));
            assertTrue(sent.get() < TOO_MUCH, () -> "it took " + (sent.get() >> 20) + " MiB");
        }
    }

    /// As Apache httpd offers HTTP/2.
    @Test
    default void answer_that_offers_another_protocol_is_read() throws Exception {
        try (var server = WireServer.start(exchange -> exchange.send(
                "HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade\r\nContent-Length: 4\r\n\r\ntext"))) {
            assertEquals("text", answer(server, "ping"));
        }
    }

    @Test
    default void invalid_content_length_is_a_transport_failure() throws Exception {
        try (var server =
                WireServer.start(exchange -> exchange.send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"))) {
            assertFails(server, deadlineIn(LONG));
        }
    }

    /// The transport closes the connection, too.
    private void assertFails(WireServer server, AttemptDeadline deadline) {
        assertThrows(TransportException.class, () -> {
            try (var response = send(server, deadline)) {
                text(response);
            }
        });
        Waiting.until(() -> server.open() == 0);
    }

    /// Trailers are not part of an answer.
    @Test
    default void endless_trailers_do_not_delay_the_answer() throws Exception {
        var sent = new AtomicLong();
        try (var server = WireServer.start(exchange -> {
            exchange.openStream();
            exchange.send("0\r\n");
            while (sent.get() < TOO_MUCH) {
                exchange.send("X-Trailer: 1\r\n");
                sent.addAndGet(14);
            }
        })) {
            assertEquals("", answer(server, "ping"));
        }
        assertTrue(sent.get() < TOO_MUCH, () -> "it took " + (sent.get() >> 20) + " MiB");
    }

    /// More than any valid head.
    long TOO_MUCH = 16 << 20;

    private static String lines(String written) {
        return written.replace("~", "\r\n").replace("#", "x".repeat(1000));
    }
}
