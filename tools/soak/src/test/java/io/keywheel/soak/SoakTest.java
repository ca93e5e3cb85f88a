package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.process.ProcessInspector;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class SoakTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String line) throws Exception {
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                line.split(" ", -1));
    }

    /// The bounds hold on any machine.
    @Test
    void soak_with_hostile_clients_loses_no_request() throws Exception {
        int status = run("--rate 40 --duration 2s --hostile 0.1 --max-slowdown 1000000 --probe-timeout 1m");

        String report = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, status, report);
        assertTrue(report.contains("Good: 0 lost, 0 wrong"), report);
        assertTrue(Pattern.compile("hostile: silent +[1-9]").matcher(report).find(), report);
    }

    /// Few requests, because TLS handshakes on a busy machine may exceed the gateway's limit of ten seconds.
    @Test
    void soak_over_tls_succeeds() throws Exception {
        int status = run("--rate 3 --duration 1s --faults 0 --hostile 0 --tls --probe-timeout 1m");

        assertEquals(0, status, out::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --duration 10, 0s, 5d | takes a time such as 90s, 10m or 1h
            --probe-timeout 5     | takes a time such as
            --rate 0, x, NaN      | takes a number above 0, up to 100000
            --faults 1.1, -0.1    | takes a number from 0 to 1
            --hostile 10.1, NaN   | takes a number from 0 to 10
            --max-slowdown 0.9    | takes a number of at least 1
            --gateways 0, 10      | takes a number from 1 to 9
            --heap 128, -Xmx1g    | takes a size such as 128m or 1g
            --seed x              | takes a whole number
            --tls x               | takes no value
            """)
    void invalid_value_is_reported_with_what_the_option_takes(String line, String takes) throws Exception {
        String option = line.split(" ", -1)[0];
        for (String value : line.substring(option.length() + 1).split(", ", -1)) {
            err.reset();
            assertEquals(2, run(option + "=" + value));
            assertTrue(err.toString(StandardCharsets.UTF_8).startsWith(option + " " + takes), err::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--duration", "--loud", "--rate 1 --rate 2"})
    void invalid_use_of_an_option_is_reported_by_name(String line) throws Exception {
        assertEquals(2, run(line));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(line.split(" ", -1)[0]), err::toString);
    }

    @ParameterizedTest
    @CsvSource({"100, 300, 3", "0, 5, 5"})
    void slowdown_is_the_ratio_of_the_p99_latencies(long aloneMillis, long besideMillis, double slowdown) {
        var alone = new Latencies();
        var besideHostile = new Latencies();
        assertEquals(0, Report.slowdown(alone, besideHostile));

        alone.add(Duration.ofMillis(aloneMillis));
        besideHostile.add(Duration.ofMillis(besideMillis));
        assertEquals(slowdown, Report.slowdown(alone, besideHostile));
    }

    @Test
    void gc_filler_objects_are_not_counted_as_live() {
        String histogram = """
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:           521        2762944  [Ljdk.internal.vm.FillerElement; (java.base@25.0.3)
                   2:         36473        2649920  [B (java.base@25.0.3)
                1207:             2             32  jdk.internal.vm.FillerObject (java.base@25.0.3)
                Total         36996        5412896
                """;
        assertEquals(2_649_920, ProcessInspector.liveBytes(histogram));
        assertEquals(0, ProcessInspector.liveBytes("1234: No such process"));
    }

    @Test
    void chat_fails_if_the_websocket_does_not_open_in_time() throws Exception {
        // The system accepts the connection, but no server answers.
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = URI.create("ws://127.0.0.1:" + silent.getLocalPort() + "/");
            var socket = ChatSocket.open(HttpClient.newHttpClient(), address, "", Duration.ofMillis(50));

            ChatSocket.Chat chat = socket.ask("a", "{}");

            assertTrue(chat.await(Duration.ofSeconds(30)));
            assertTrue(chat.failure().startsWith("not opened: "), chat.failure());
        }
    }
}
