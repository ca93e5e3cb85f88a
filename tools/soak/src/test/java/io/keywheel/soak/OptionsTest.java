package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void every_option_is_understood() {
        assertEquals(
                new Options(
                        Duration.ofMinutes(10),
                        500,
                        0.1,
                        0.5,
                        4,
                        Duration.ofSeconds(9),
                        "128m",
                        7,
                        true,
                        Path.of("x.log")),
                parse(
                        "--duration 10m --rate 500 --faults 0.1 --hostile 0.5 --max-slowdown 4 --probe-timeout 9s --heap 128m --seed 7"
                                + " --tls --log x.log"));
    }

    @Test
    void without_options_each_has_its_usual_value() {
        assertEquals(
                new Options(Duration.ofMinutes(1), 100, 0.2, 1, 3, Duration.ofSeconds(5), "256m", 1, false, null),
                Options.parse(List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--duration", "--duration 10", "--duration 0s", "--duration 5d", "--rate 0", "--rate x", "--rate -1",
                "--rate NaN", "--faults 1.1", "--faults -0.1", "--heap 128", "--heap -Xmx1g", "--seed x", "--loud",
                "--hostile -0.1", "--hostile 10.1", "--hostile NaN", "--max-slowdown 0.9", "--probe-timeout 5",
                        "--rate 1 --rate 2", "--tls=maybe"
            })
    void what_cannot_be_followed_is_named(String line) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> parse(line)).getMessage());

        assertTrue(message.contains(line.split("[ =]", -1)[0]), message);
    }

    private static Options parse(String line) {
        return Options.parse(List.of(line.split(" ", -1)));
    }
}
