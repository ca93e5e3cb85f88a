package io.keywheel.bootstrap.settings.clients;

import io.keywheel.bootstrap.settings.values.PrivateFile;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The gateway's TLS certificate and context.
///
/// @param names the certificate's hosts
/// @param from when the certificate becomes valid
/// @param until when it expires
public record Tls(SSLContext context, List<String> names, Instant from, Instant until) {

    private static final String CERT = "KEYWHEEL_TLS_CERT";
    private static final String KEY = "KEYWHEEL_TLS_KEY";

    /// The X.509 types of DNS names and IP addresses.
    private static final Set<Integer> HOST_TYPES = Set.of(2, 7);

    private static final Pattern NOT_VISIBLE = Pattern.compile("[^!-~]");
    private static final char[] NO_PASSWORD = {};

    public Tls {
        names = List.copyOf(names);
    }

    /// For example `gateway.example, 192.0.2.1, until 2027-01-01T00:00:00Z`.
    @Override
    public String toString() {
        String hosts = names.isEmpty() ? "no host, for lack of a subjectAltName" : String.join(", ", names);
        return hosts + ", until " + until;
    }

    /// Whether a TLS variable is set, even if TLS cannot be used.
    public static boolean isWanted(Variables variables) {
        return variables.isSet(CERT) || variables.isSet(KEY);
    }

    /// Null if TLS is not configured, or has a problem.
    public static @Nullable Tls read(Variables variables, ValidationMessages messages) {
        Optional<String> certificate = variables.text(CERT);
        Optional<String> key = variables.text(KEY);
        variables.requireRestartFor(CERT, certificate);
        variables.requireRestartFor(KEY, key);
        if (certificate.isPresent() != key.isPresent()) {
            String missing = certificate.isEmpty() ? CERT : KEY;
            messages.problem("%s and %s go together: %s %s".formatted(CERT, KEY, missing, variables.lack(missing)));
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            return null;
        }
        X509Certificate[] chain = PemFiles.certificates(certificate.get());
        if (chain.length == 0) {
            messages.problem(CERT + " must name a readable PEM file of certificates alone, the gateway's own first");
            return null;
        }
        PrivateKey secret = PemFiles.key(key.get(), chain[0].getPublicKey());
        if (secret == null) {
            messages.problem(KEY + " must name a readable PEM file with the key of the certificate, as 'openssl pkcs8"
                    + " -topk8 -nocrypt' writes it: BEGIN PRIVATE KEY, and no password");
            return null;
        }
        PrivateFile.warnIfShared(Path.of(key.get()), messages);
        try {
            var tls = new Tls(
                    context(chain, secret),
                    names(chain[0]),
                    chain[0].getNotBefore().toInstant(),
                    chain[0].getNotAfter().toInstant());
            // After a reload, the same file may contain another certificate, even of the same hosts and dates.
            variables.requireRestartFor(CERT, Sha256.hex(Arrays.toString(chain)));
            return tls;
        } catch (GeneralSecurityException | IOException _) {
            messages.problem("TLS cannot be used with the files of %s and %s".formatted(CERT, KEY));
            return null;
        }
    }

    /// The subjectAltNames that are hosts. Clients check only these, and refuse a certificate without any.
    private static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> HOST_TYPES.contains(name.getFirst()))
                        .map(name -> NOT_VISIBLE.matcher(name.get(1).toString()).replaceAll("?"))
                        .toList();
    }

    private static SSLContext context(Certificate[] chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("keywheel", key, NO_PASSWORD, chain);
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
