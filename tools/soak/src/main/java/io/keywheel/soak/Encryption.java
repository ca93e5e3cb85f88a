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

/// TLS between the clients and the gateway, for one run.
///
/// @param trusting for the clients
/// @param files until the gateway has read them
record Encryption(SSLContext trusting, Identity gateway, Path files) implements AutoCloseable {

    static Encryption create() throws IOException, InterruptedException {
        Path files = Files.createTempDirectory("keywheel-soak");
        try {
            var authority = Authority.in(files);
            return new Encryption(authority.trusting(), authority.identity("127.0.0.1"), files);
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate can be made", e);
        }
    }

    /// For the gateway.
    Map<String, String> settings() throws IOException {
        try {
            return Map.of(
                    "KEYWHEEL_TLS_CERT", gateway.certificate().toString(),
                    "KEYWHEEL_TLS_KEY", gateway.key().toString());
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate cannot be written", e);
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
