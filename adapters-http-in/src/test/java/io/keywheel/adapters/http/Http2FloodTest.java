package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.application.port.in.ChatCancelledException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of HTTP/2 that ask for much and want nothing.
@Timeout(60)
@Execution(CONCURRENT)
class Http2FloodTest {

    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int FLOOD = 5000;

    @AutoClose
    private final Door door = new Door(Door.Terms.USUAL.withTls(Certified.CONTEXT));

    private static byte[] join(byte[]... frames) {
        var all = new ByteArrayOutputStream();
        Stream.of(frames).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private void assertServesOthers() {
        try (var client = FrameClient.connect(door)) {
            assertEquals(200, client.get(1, "/health/live").reply(1).status());
        }
        Await.until("all lines closed", () -> door.gateway.connections() == 0);
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of("pings", FrameClient.frame(FrameClient.PING, 0, 0, new byte[8])),
                Arguments.of("answers to pings", FrameClient.frame(FrameClient.PING, 1, 0, new byte[8])),
                Arguments.of("settings", FrameClient.frame(FrameClient.SETTINGS, 0, 0, new byte[0])),
                Arguments.of("many settings at once", FrameClient.frame(FrameClient.SETTINGS, 0, 0, new byte[16_380])),
                Arguments.of("answers to settings", FrameClient.frame(FrameClient.SETTINGS, 1, 0, new byte[0])),
                Arguments.of("windows", FrameClient.frame(FrameClient.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})),
                Arguments.of(
                        "windows of a stream",
                        FrameClient.frame(FrameClient.WINDOW_UPDATE, 0, 1, new byte[] {0, 0, 0, 1})),
                Arguments.of("priorities", FrameClient.frame(FrameClient.PRIORITY, 0, 99, new byte[5])),
                Arguments.of("resets of what has ended", FrameClient.frame(FrameClient.RST_STREAM, 0, 1, new byte[4])),
                Arguments.of("goodbyes", FrameClient.frame(FrameClient.GOAWAY, 0, 0, new byte[8])),
                Arguments.of("frames nobody knows", FrameClient.frame(77, 0, 0, new byte[3])),
                Arguments.of("data of what has ended", FrameClient.frame(FrameClient.DATA, 0, 1, new byte[1])),
                Arguments.of("heads of what has ended", FrameClient.frame(FrameClient.HEADERS, 5, 1, new byte[0])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void a_flood_of_frames_that_want_nothing_ends_the_connection(String what, byte[] frame) {
        try (var client = FrameClient.connect(door)) {
            client.get(1, "/health/live").reply(1);

            assertEquals(ENHANCE_YOUR_CALM, client.flood(frame, FLOOD));
        }
        assertServesOthers();
    }

    @Test
    void empty_pieces_of_a_body_end_the_connection() {
        try (var client = FrameClient.connect(door)) {
            client.head(1, false, HeadFields.of("POST", "/api/chat", "content-type: application/json"));

            assertEquals(
                    ENHANCE_YOUR_CALM, client.flood(FrameClient.frame(FrameClient.DATA, 0, 1, new byte[0]), FLOOD));
        }
        assertServesOthers();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_000})
    void a_head_without_an_end_ends_the_connection(int size) {
        try (var client = FrameClient.connect(door)) {
            client.sendBytes(FrameClient.HEADERS, 0, 1, HeadFields.pack(HeadFields.of("GET", "/health/live")));
            byte[] more = FrameClient.frame(FrameClient.CONTINUATION, 0, 1, new byte[size]);

            assertEquals(ENHANCE_YOUR_CALM, client.flood(more, size > 1 ? 100 : FLOOD));
        }
        assertServesOthers();
    }

    /// CVE-2023-44487.
    @Test
    void streams_that_are_reset_at_once_end_the_connection() {
        var chats = new AtomicInteger();
        door.chats.play((_, _) -> {
            chats.incrementAndGet();
            Await.interrupt();
            throw new ChatCancelledException(List.of());
        });
        var all = new ByteArrayOutputStream();
        byte[] head = HeadFields.pack(HeadFields.of("POST", "/api/chat", "content-type: application/json"));
        for (int stream = 1; stream < 4000; stream += 2) {
            all.writeBytes(join(
                    FrameClient.frame(FrameClient.HEADERS, FrameClient.END_HEADERS, stream, head),
                    FrameClient.frame(FrameClient.DATA, 1, stream, Samples.HELLO.getBytes(StandardCharsets.UTF_8)),
                    FrameClient.frame(FrameClient.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8})));
        }
        try (var client = FrameClient.connect(door)) {
            assertEquals(ENHANCE_YOUR_CALM, client.flood(all.toByteArray(), 1));
        }
        assertTrue(chats.get() <= 150, "chats begun: " + chats);
        assertServesOthers();
    }

    /// CVE-2025-8671: the server is made to reset them.
    @Test
    void streams_that_break_the_rules_end_the_connection() {
        var all = new ByteArrayOutputStream();
        for (int stream = 1; stream < 4000; stream += 2) {
            all.writeBytes(FrameClient.frame(FrameClient.HEADERS, 5, stream, HeadFields.pack(":method: GET")));
        }
        try (var client = FrameClient.connect(door)) {
            assertEquals(ENHANCE_YOUR_CALM, client.flood(all.toByteArray(), 1));
        }
        assertServesOthers();
    }

    /// A field of 4 KB, remembered once, and named in one byte ten thousand times.
    @Test
    void a_small_head_that_unpacks_to_a_large_one_is_refused() {
        byte[] large = join(
                HeadFields.pack(HeadFields.of("GET", "/health/live")),
                new byte[] {0x40, 1, 'a', 0x7f, (byte) 0x81, 0x1e},
                "x".repeat(4000).getBytes(StandardCharsets.US_ASCII),
                "\u00be".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1));
        try (var client = FrameClient.connect(door)) {
            client.sendBytes(FrameClient.HEADERS, 5, 1, large);

            assertEquals(ENHANCE_YOUR_CALM, client.reply(1).reset());
            assertEquals(200, client.get(3, "/health/live").reply(3).status());
        }
    }

    /// Helidon's own HTTP/2 (4.5.0) never came back from this, and two of it took both processors.
    @Test
    void a_field_that_is_larger_than_the_table_is_read_like_any_other() {
        byte[] head = join(new byte[] {0x20}, HeadFields.pack(HeadFields.of("GET", "/health/live")), new byte[] {
            0x40, 1, 'a', 1, 'b'
        });
        try (var client = FrameClient.connect(door)) {
            assertEquals(
                    200,
                    client.sendBytes(FrameClient.HEADERS, 5, 1, head).reply(1).status());
        }
    }
}
