package io.keywheel.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
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

    /// The curve with the smallest keys that TLS accepts: larger ones dominate the cost of TLS tests.
    private static final String CURVE = "secp256r1";

    private static final Duration LIFE = Duration.ofDays(90);

    private final Path directory;
    private final String name;
    private final KeyPair pair;
    private final Certificate certificate;

    private Authority(Path directory, String name, KeyPair pair, Certificate certificate) {
        this.directory = directory;
        this.name = name;
        this.pair = pair;
        this.certificate = certificate;
    }

    /// Creates an authority whose identities have their files in `directory`.
    public static Authority in(Path directory) throws GeneralSecurityException {
        KeyPair pair = pair();
        // Clients look for the issuer by its name.
        String name = OWN + " " + UUID.randomUUID();
        Instant now = Instant.now();
        byte[] signed =
                Der.certificate(name, name, now, now.plus(LIFE), pair.getPublic(), Der.authority(), pair.getPrivate());
        return new Authority(directory, name, pair, read(signed));
    }

    /// A certificate and its key for these host names or IP addresses.
    public Identity identity(String... hosts) throws GeneralSecurityException, IOException {
        return certify(hosts, Instant.now().plus(LIFE));
    }

    /// As [#identity], but expired two days ago.
    public Identity expired(String... hosts) throws GeneralSecurityException, IOException {
        return certify(hosts, Instant.now().minus(Duration.ofDays(2)));
    }

    private Identity certify(String[] hosts, Instant until) throws GeneralSecurityException, IOException {
        KeyPair own = pair();
        Instant from = until.minus(LIFE);
        byte[] signed =
                Der.certificate(name, IDENTITY, from, until, own.getPublic(), Der.names(hosts), pair.getPrivate());
        KeyStore keys = store();
        Certificate[] chain = {read(signed), certificate};
        keys.setKeyEntry(IDENTITY, own.getPrivate(), PASSWORD.toCharArray(), chain);
        return new Identity(keys, trusted(), directory);
    }

    /// A context for clients that trust only this authority.
    public SSLContext trusting() throws GeneralSecurityException, IOException {
        return Identity.context(null, trusted());
    }

    /// Makes this JVM trust only this authority until the result is closed.
    public AutoCloseable trustedByAll() throws GeneralSecurityException, IOException {
        String before = System.getProperty(TRUST_STORE);
        SSLContext contextBefore = SSLContext.getDefault();
        Path store = directory.resolve(UUID.randomUUID() + ".p12");
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
        KeyStore store = store();
        store.setCertificateEntry(OWN, certificate);
        return store;
    }

    private static KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE));
        return generator.generateKeyPair();
    }

    private static Certificate read(byte[] signed) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
    }
}
