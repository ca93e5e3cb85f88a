package io.keywheel.soak;

import io.keywheel.certificates.Authority;
import io.keywheel.certificates.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
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
        try {
            var authority = Authority.in(files);
            Identity gateway = authority.identity("127.0.0.1");
            return new Tls(
                    authority.trusting(),
                    Map.of(
                            "KEYWHEEL_TLS_CERT", gateway.certificate().toString(),
                            "KEYWHEEL_TLS_KEY", gateway.key().toString()),
                    files);
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate can be made", e);
        }
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
