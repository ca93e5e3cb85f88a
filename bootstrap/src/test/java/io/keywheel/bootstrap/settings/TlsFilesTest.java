package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.keywheel.certificates.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// [io.keywheel.bootstrap.e2e.ProgramTest] covers valid files.
class TlsFilesTest {

    private final Path directory;

    TlsFilesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @CsvSource({"cert.pem, '', KEYWHEEL_TLS_KEY", "' ', key.pem, KEYWHEEL_TLS_CERT"})
    void certificate_without_key_or_key_without_certificate_is_a_problem(
            String certificate, String key, String missing) {
        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_TLS_CERT=" + certificate, "KEYWHEEL_TLS_KEY=" + key)
                .assertProblems(
                        "KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY go together: " + missing + " is set, but blank");
    }

    @Test
    void missing_or_invalid_pem_file_is_a_problem() throws IOException {
        assertProblem(directory.resolve("nowhere.pem"));
        assertProblem(Files.writeString(directory.resolve("cert.pem"), "s3cret"));
        assertProblem(Files.writeString(directory.resolve("cert.pem"), ""));
    }

    /// The order of HAProxy's files.
    @Test
    void certificate_file_with_a_key_is_a_problem() throws Exception {
        var certificate = ServerCertificate.LOCALHOST;
        assertProblem(Files.writeString(
                directory.resolve("both.pem"),
                Files.readString(certificate.certificateIn(directory))
                        + Files.readString(certificate.keyIn(directory))));
    }

    @Test
    void key_of_another_certificate_is_a_problem() throws Exception {
        Reading.of(
                        "GROQ_API_KEYS=k",
                        "KEYWHEEL_TLS_CERT=" + ServerCertificate.authorityIn(directory),
                        "KEYWHEEL_TLS_KEY=" + ServerCertificate.LOCALHOST.keyIn(directory))
                .assertProblemBegins("KEYWHEEL_TLS_KEY must name a readable PEM file with the key of the certificate");
    }

    @ParameterizedTest
    @CsvSource({"rw-------, 0", "rw-r--r--, 1"})
    void key_that_other_users_can_read_is_a_warning(String permissions, int warnings) throws Exception {
        Path key = ServerCertificate.LOCALHOST.keyIn(directory);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));

        var report = Reading.of(
                "GROQ_API_KEYS=k",
                "KEYWHEEL_TLS_CERT=" + ServerCertificate.LOCALHOST.certificateIn(directory),
                "KEYWHEEL_TLS_KEY=" + key);

        String warning = "public-test-key.pem can be read by other users of this machine:"
                + " 'chmod 600 public-test-key.pem' keeps its keys private";
        assertEquals(Collections.nCopies(warnings, warning), report.warnings());
    }

    @Test
    void other_chain_of_the_same_hosts_and_dates_requires_a_restart() throws Exception {
        Path file = ServerCertificate.LOCALHOST.certificateIn(directory);
        String[] settings = {
            "GROQ_API_KEYS=k",
            "KEYWHEEL_TLS_CERT=" + file,
            "KEYWHEEL_TLS_KEY=" + ServerCertificate.LOCALHOST.keyIn(directory)
        };
        var first = Reading.usable(settings).requireRestart();

        String authority = Files.readString(ServerCertificate.authorityIn(directory));
        Files.writeString(file, authority, StandardOpenOption.APPEND);

        assertNotEquals(first, Reading.usable(settings).requireRestart());
    }

    private static void assertProblem(Path certificate) {
        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_TLS_CERT=" + certificate, "KEYWHEEL_TLS_KEY=" + certificate)
                .assertProblems(
                        "KEYWHEEL_TLS_CERT must name a readable PEM file of certificates alone, the gateway's own first");
    }
}
