package io.keywheel.certificates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A key, and the certificate that an authority issued for it.
public record Identity(KeyStore keys, KeyStore trusted, Path directory) {

    /// A context that presents this identity and trusts its authority.
    public SSLContext context() throws GeneralSecurityException {
        return context(keys, trusted);
    }

    static SSLContext context(@Nullable KeyStore keys, KeyStore trusted) throws GeneralSecurityException {
        KeyManager[] shown = {};
        if (keys != null) {
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, Authority.PASSWORD.toCharArray());
            shown = managers.getKeyManagers();
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(shown, trust.getTrustManagers(), null);
        return context;
    }

    /// The certificate as a PEM file.
    public Path certificate() throws GeneralSecurityException, IOException {
        Certificate certificate = keys.getCertificate(Authority.IDENTITY);
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /// The key as a PEM file.
    public Path key() throws GeneralSecurityException, IOException {
        Key key = keys.getKey(Authority.IDENTITY, Authority.PASSWORD.toCharArray());
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private Path pem(String kind, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(bytes);
        return Files.writeString(
                directory.resolve(UUID.randomUUID() + ".pem"),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind));
    }
}
