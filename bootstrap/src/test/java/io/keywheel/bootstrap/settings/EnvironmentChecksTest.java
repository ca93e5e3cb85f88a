package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.settings.clients.EnvironmentChecks;
import io.keywheel.bootstrap.settings.clients.Tls;
import io.keywheel.certificates.ServerCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentChecksTest {

    private static SettingsReport report;
    private static Tls tls;

    @BeforeAll
    static void certify(@TempDir Path directory) throws Exception {
        var certificate = ServerCertificate.ADDRESS;
        report = Reading.of(
                        "GROQ_API_KEYS=k",
                        "KEYWHEEL_TLS_CERT=" + certificate.certificateIn(directory),
                        "KEYWHEEL_TLS_KEY=" + certificate.keyIn(directory))
                .report();
        tls = Objects.requireNonNull(report.settings().orElseThrow().listener().tls());
    }

    private static List<String> warningsAt(Instant now) {
        return report.with(new EnvironmentChecks(now, Long.MAX_VALUE)).warnings();
    }

    @Test
    void certificate_valid_for_over_14_days_is_no_warning() {
        assertEquals(List.of(), warningsAt(tls.from()));
        assertEquals(
                List.of(), warningsAt(tls.until().minus(Duration.ofDays(14)).minusSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    P14D    | the TLS certificate expires on UNTIL, in 14 days;
                    P2D     | the TLS certificate expires on UNTIL, in 2 days;
                    PT47H59M | the TLS certificate expires on UNTIL, in 47 hours;
                    PT1S    | the TLS certificate expires on UNTIL, in 0 hours;
                    PT0S    | the TLS certificate expired on UNTIL: clients refuse it
                    """)
    void certificate_expiring_within_14_days_is_a_warning(Duration left, String said) {
        assertWarned(said, tls.until().minus(left));
    }

    @Test
    void certificate_not_yet_valid_is_a_warning() {
        assertWarned(
                "the TLS certificate is valid only from " + tls.from() + " on: until then, clients refuse it",
                tls.from().minusSeconds(1));
    }

    private static void assertWarned(String begin, Instant now) {
        List<String> warnings = warningsAt(now);

        assertEquals(1, warnings.size());
        assertTrue(
                warnings.getFirst()
                        .startsWith(begin.replace("UNTIL", tls.until().toString())),
                warnings::toString);
    }

    @Test
    void open_file_limit_below_connections_and_requests_is_a_warning() {
        var set = Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_MAX_REQUESTS=10000").report();

        assertEquals(20_032, HttpGateway.connectionLimit(10_000, false, Long.MAX_VALUE));
        assertEquals(
                set.warnings(),
                set.with(new EnvironmentChecks(tls.from(), 30_160)).warnings());
        String warning =
                set.with(new EnvironmentChecks(tls.from(), 30_159)).warnings().getLast();
        assertTrue(
                warning.startsWith(
                        "the system lets this program have 30159 files open, but 30160 may be needed: 20032 for"
                                + " connections of clients, 10000 for calls to providers, 128 of its own. So it accepts"
                                + " 20031 connections at most."),
                warning);
        assertTrue(warning.contains("ulimit -Hn"), warning);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void limit_equals_max_open_files_of_the_process() throws Exception {
        List<String> limits = Files.readAllLines(Path.of("/proc/self/limits"));
        String files = limits.stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+", -1)[3])
                .findFirst()
                .orElseThrow();
        assertEquals(Long.parseLong(files), EnvironmentChecks.here().openFiles());
    }

    @Test
    void invalid_settings_get_no_environment_warnings() {
        var wrong = Reading.of("KEYWHEEL_PORT=x").report();

        assertEquals(wrong, wrong.with(new EnvironmentChecks(tls.from(), 0)));
    }
}
