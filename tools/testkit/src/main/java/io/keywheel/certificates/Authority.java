package io.keywheel.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A certificate authority for tests, trusted only by the clients that are created here.
public final class Authority {

    static final String PASSWORD = "changeit";
    static final String IDENTITY = "it";

    private static final String OWN = "authority";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final Path directory;
    private final Certificate certificate;
    private final CertificateWriter writer;

    private Authority(Path directory) throws GeneralSecurityException {
        this.directory = directory;
        KeyPair own = keys();
        // Java names a wrong signature, not an untrusted issuer, if a trusted authority has the same name.
        String name = OWN + UUID.randomUUID();
        writer = new CertificateWriter(name, own.getPrivate());
        Instant now = Instant.now();
        certificate = writer.certificate(
                name, own.getPublic(), now.minus(VALIDITY), now.plus(VALIDITY), CertificateWriter.authority());
    }

    /// Creates an authority with its files in `directory`.
    public static Authority in(Path directory) throws GeneralSecurityException {
        return new Authority(directory);
    }

    /// A certificate and its key for these host names or IP addresses.
    public Identity identity(String... hosts) throws GeneralSecurityException, IOException {
        return identity(Instant.now().plus(VALIDITY), hosts);
    }

    /// As [#identity], but expired two days ago.
    public Identity expired(String... hosts) throws GeneralSecurityException, IOException {
        return identity(Instant.now().minus(Duration.ofDays(2)), hosts);
    }

    private Identity identity(Instant until, String... hosts) throws GeneralSecurityException, IOException {
        KeyPair keys = keys();
        Certificate issued = writer.certificate(
                IDENTITY, keys.getPublic(), until.minus(VALIDITY), until, CertificateWriter.server(hosts));
        KeyStore store = emptyStore();
        store.setKeyEntry(IDENTITY, keys.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {issued, certificate});
        return new Identity(store, trusted(), directory);
    }

    /// The smallest keys that TLS accepts: larger ones dominate the cost of TLS tests.
    private static KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /// A context for clients that trust only this authority.
    public SSLContext trusting() throws GeneralSecurityException, IOException {
        return Identity.context(null, trusted());
    }

    /// Makes this JVM trust only this authority until the result is closed.
    public AutoCloseable trustedByAll() throws GeneralSecurityException, IOException {
        String before = System.getProperty(TRUST_STORE);
        SSLContext contextBefore = SSLContext.getDefault();
        Path store = directory.resolve(UUID.randomUUID() + ".jks");
        try (var out = Files.newOutputStream(store)) {
            trusted().store(out, PASSWORD.toCharArray());
        }
        trust(store.toString());
        return () -> {
            trust(before);
            SSLContext.setDefault(contextBefore);
        };
    }

    private static void trust(@Nullable String trusted) throws GeneralSecurityException {
        if (trusted == null) {
            System.clearProperty(TRUST_STORE);
            System.clearProperty(TRUST_STORE + "Password");
        } else {
            System.setProperty(TRUST_STORE, trusted);
            System.setProperty(TRUST_STORE + "Password", PASSWORD);
        }
        var context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLContext.setDefault(context);
    }

    private KeyStore trusted() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry(OWN, certificate);
        return store;
    }

    /// In a format that protects keys with few hashes: those of PKCS12 would dominate the cost of TLS tests.
    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }
}
