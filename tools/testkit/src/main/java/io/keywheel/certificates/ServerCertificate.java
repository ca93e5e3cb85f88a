package io.keywheel.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A certificate for tests of TLS, valid from 2020, and until 2120 unless stated. All share one key, which is public:
/// only tests may use it. The script `make` beside the PEM files generated them. To add one, add a constant here and a
/// line there, and run the script, which generates all of them again.
public enum ServerCertificate {

    /// For `localhost` and `upstream.test`.
    LOCALHOST,
    /// For `gateway.example` and 127.0.0.1.
    ADDRESS,
    /// For `localhost` and 127.0.0.1, until 2020-01-02.
    EXPIRED,
    /// For `localhost`, `upstream.test` and 127.0.0.1, by an untrusted authority with the name of the trusted one.
    UNTRUSTED;

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String KEY = "public-test-key.pem";
    private static final String AUTHORITY = "authority.pem";

    /// A context for servers and clients: it presents this certificate, and trusts only the authority.
    public SSLContext context() {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keys(), PASSWORD);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted());
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Makes this JVM trust only the authority until the result is closed.
    public static AutoCloseable trustedByAll(Path directory) throws GeneralSecurityException, IOException {
        String before = System.getProperty(TRUST_STORE);
        SSLContext contextBefore = SSLContext.getDefault();
        Path store = directory.resolve("trusted.jks");
        try (var out = Files.newOutputStream(store)) {
            trusted().store(out, PASSWORD);
        }
        trust(store.toString());
        // A context of the property alone could get the authorities of before: Java's TrustStoreManager updates the
        // name of the store first, and its certificates later.
        SSLContext.setDefault(LOCALHOST.context());
        return () -> {
            trust(before);
            SSLContext.setDefault(contextBefore);
        };
    }

    private static void trust(@Nullable String trusted) {
        if (trusted == null) {
            System.clearProperty(TRUST_STORE);
            System.clearProperty(TRUST_STORE + "Password");
        } else {
            System.setProperty(TRUST_STORE, trusted);
            System.setProperty(TRUST_STORE + "Password", new String(PASSWORD));
        }
    }

    private static KeyStore trusted() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", read(AUTHORITY));
        return store;
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        try (InputStream pem = open(KEY)) {
            String base64 = new String(pem.readAllBytes(), US_ASCII).replaceAll("-----.*", "");
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
            var key = KeyFactory.getInstance("EC").generatePrivate(encoded);
            store.setKeyEntry("server", key, PASSWORD, new Certificate[] {read(file())});
        }
        return store;
    }

    /// In a format that protects keys with few hashes: those of PKCS12 would dominate the cost of TLS tests.
    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }

    private static Certificate read(String file) throws GeneralSecurityException, IOException {
        try (InputStream pem = open(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    /// Copies the certificate to a PEM file in `directory`.
    public Path certificateIn(Path directory) throws IOException {
        return copy(file(), directory);
    }

    /// Copies the authority's certificate to a PEM file in `directory`.
    public static Path authorityIn(Path directory) throws IOException {
        return copy(AUTHORITY, directory);
    }

    /// Copies the key to a PEM file in `directory`, which only its owner can read.
    public Path keyIn(Path directory) throws IOException {
        return Files.setPosixFilePermissions(copy(KEY, directory), PosixFilePermissions.fromString("rw-------"));
    }

    private String file() {
        return name().toLowerCase(Locale.ROOT) + ".pem";
    }

    private static Path copy(String file, Path directory) throws IOException {
        Path copy = directory.resolve(file);
        try (InputStream pem = open(file)) {
            Files.copy(pem, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }

    private static InputStream open(String file) {
        return Objects.requireNonNull(ServerCertificate.class.getResourceAsStream(file), file);
    }
}
