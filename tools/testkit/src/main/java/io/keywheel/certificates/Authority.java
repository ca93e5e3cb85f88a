package io.keywheel.certificates;

import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A certificate authority for tests, trusted only by the clients that are created here.
public final class Authority {

    static final String PASSWORD = "changeit";
    static final String IDENTITY = "it";

    private static final String OWN = "authority";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    /// The smallest key that TLS accepts, in a store with minimal protection: larger ones dominate the cost of TLS
    /// tests.
    private static final List<String> CHEAP = List.of("""
            -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -J-Dkeystore.pkcs12.keyPbeIterationCount=1
            -J-Dkeystore.pkcs12.certPbeIterationCount=1 -J-Dkeystore.pkcs12.macIterationCount=1
            -genkeypair -keyalg EC -groupname secp256r1 -storetype PKCS12""".split("\\s+"));

    private final Path directory;
    private final Certificate certificate;
    private final Path own;

    private Authority(Path directory, Path own, Certificate certificate) {
        this.directory = directory;
        this.own = own;
        this.certificate = certificate;
    }

    /// Creates an authority with its files in `directory`.
    public static Authority in(Path directory) throws GeneralSecurityException, IOException, InterruptedException {
        Path own = fresh(directory);
        make(own, OWN, "-ext", "bc:c");
        return new Authority(directory, own, load(own).getCertificate(OWN));
    }

    /// A certificate and its key for these host names or IP addresses.
    public Identity identity(String... hosts) throws GeneralSecurityException, IOException, InterruptedException {
        return certify(hosts);
    }

    /// As [#identity], but expired two days ago.
    public Identity expired(String... hosts) throws GeneralSecurityException, IOException, InterruptedException {
        return certify(hosts, "-startdate", "-3d", "-validity", "1");
    }

    private Identity certify(String[] hosts, String... validity)
            throws GeneralSecurityException, IOException, InterruptedException {
        Path store = Files.copy(own, fresh(directory));
        String names = Stream.of(hosts)
                .map(host -> (Character.isDigit(host.charAt(0)) ? "ip:" : "dns:") + host)
                .collect(Collectors.joining(","));
        var options = new ArrayList<>(List.of("-signer", OWN, "-ext", "san=" + names));
        Collections.addAll(options, validity);
        make(store, IDENTITY, options.toArray(String[]::new));
        KeyStore keys = load(store);
        // Without the authority's key, only the issued certificate can be presented.
        keys.deleteEntry(OWN);
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
        Path store = fresh(directory);
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
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(OWN, certificate);
        return store;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static Path fresh(Path directory) {
        return directory.resolve(UUID.randomUUID() + ".p12");
    }

    private static void make(Path store, String alias, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(JavaProcess.ofJdk("keytool"), "-alias", alias, "-dname", "CN=" + alias));
        Collections.addAll(command, "-keystore", store.toString(), "-storepass", PASSWORD);
        command.addAll(CHEAP);
        Collections.addAll(command, options);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
    }
}
