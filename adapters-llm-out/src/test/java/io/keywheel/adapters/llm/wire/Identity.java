package io.keywheel.adapters.llm.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A key pair and a certificate that it signed itself.
record Identity(Path store) {

    private static final String PASSWORD = "changeit";
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    static Identity of(Path directory, String... hosts) throws Exception {
        Path store = directory.resolve(UUID.randomUUID() + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + hosts[0],
                "-ext",
                "san=dns:" + String.join(",dns:", hosts),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
        return new Identity(store);
    }

    /// Listens as this one.
    ServerSocketFactory sockets() throws GeneralSecurityException, IOException {
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory();
    }

    /// Has the whole program trust this one and nobody else, until it is closed.
    AutoCloseable trusted() throws GeneralSecurityException {
        String before = System.getProperty(TRUST_STORE);
        SSLContext contextBefore = SSLContext.getDefault();
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
}
