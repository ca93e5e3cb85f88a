package io.keywheel.adapters.http;

import io.keywheel.certificates.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/// A self-signed certificate authority and the gateway's certificate.
final class Certified {

    static final SSLContext CONTEXT = create();

    private Certified() {}

    private static SSLContext create() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "certificate");
            return Authority.in(directory).identity("localhost").context();
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("no certificate to test with", e);
        }
    }
}
