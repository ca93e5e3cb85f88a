package io.keywheel.bootstrap.settings.clients;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads certificates and keys from PEM files.
final class PemFiles {

    private static final Pattern PKCS_8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /// The certificates in a file; empty if it cannot be read.
    static X509Certificate[] certificates(String file) {
        try (InputStream pem = Files.newInputStream(Path.of(file))) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(pem)
                    .toArray(X509Certificate[]::new);
        } catch (IOException | InvalidPathException | GeneralSecurityException _) {
            return new X509Certificate[0];
        }
    }

    /// The unencrypted PKCS #8 key in a file; null if it cannot be read or does not match `certified`.
    static @Nullable PrivateKey key(String file, PublicKey certified) {
        try {
            Matcher pem = PKCS_8.matcher(Files.readString(Path.of(file)));
            if (!pem.find()) {
                return null;
            }
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
            PrivateKey key = KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(encoded);
            return belongTogether(key, certified) ? key : null;
        } catch (IOException | IllegalArgumentException | GeneralSecurityException _) {
            return null;
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm(certified));
        signature.initSign(key);
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update((byte) 1);
        return signature.verify(signed);
    }

    private static String algorithm(Key key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
    }
}
