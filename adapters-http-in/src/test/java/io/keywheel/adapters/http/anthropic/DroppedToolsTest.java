package io.keywheel.adapters.http.anthropic;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.adapters.http.Response;
import io.keywheel.adapters.http.TestServer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// The header that lists the tools which no provider receives.
class DroppedToolsTest {

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private static Response withTools(Stream<String> types) {
        testServer.chats.answer("Hi");
        String tools = types.map(type -> "{\"type\":\"" + type + "\"}").collect(joining(",", "{\"tools\":[", "],"));
        return testServer
                .post(Messages.PATH, tools + Messages.HELLO.substring(1))
                .assertStatus(200);
    }

    @Test
    void names_are_sanitized() {
        var response = withTools(Stream.of("web_search_20250305", "", "a\\r\\nX-Evil: 1"));

        response.assertHeader("X-Keywheel-Dropped", "web_search_20250305, _, a__X-Evil__1");
        assertFalse(response.headers().map().containsKey("X-Evil"));
    }

    @Test
    void names_are_cut_after_64_characters() {
        withTools(Stream.of("x".repeat(65))).assertHeader("X-Keywheel-Dropped", "x".repeat(64));
    }

    @Test
    void names_after_the_fiftieth_are_left_out() {
        String fifty = IntStream.range(0, 50).mapToObj(i -> "t" + i).collect(joining(", "));

        withTools(IntStream.range(0, 51).mapToObj(i -> "t" + i)).assertHeader("X-Keywheel-Dropped", fifty);
    }
}
