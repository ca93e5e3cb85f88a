package io.keywheel.soak;

import io.keywheel.certificates.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/// A TLS certificate of the gateway for one run.
///
/// @param trusting the context of the clients
/// @param settings the settings of the gateway
record Tls(SSLContext trusting, Map<String, String> settings, Path files) implements AutoCloseable {

    static Tls create() throws IOException {
        Path files = Files.createTempDirectory("keywheel-soak");
        return new Tls(
                ServerCertificate.ADDRESS.context(),
                Map.of(
                        "KEYWHEEL_TLS_CERT",
                        ServerCertificate.ADDRESS.certificateIn(files).toString(),
                        "KEYWHEEL_TLS_KEY",
                        ServerCertificate.ADDRESS.keyIn(files).toString()),
                files);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(files);
    }
}
