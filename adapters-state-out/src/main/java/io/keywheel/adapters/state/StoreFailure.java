package io.keywheel.adapters.state;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import redis.clients.jedis.exceptions.JedisException;

/// Describes failures of the store for operators.
final class StoreFailure {

    static final String TOO_SLOW = "it did not answer in time";

    private static final int MOST_SHOWN = 200;

    private StoreFailure() {}

    /// The reason, as specific as possible: the innermost cause of a Jedis exception.
    static String reason(Throwable failure) {
        if (!(failure instanceof JedisException)) {
            return printable(failure.toString());
        }
        Throwable root = failure;
        String prefix = "";
        while (root.getCause() != null) {
            root = root.getCause();
            if (root instanceof CertificateException) {
                prefix = "its certificate is not trusted: ";
            }
        }
        if (root instanceof SocketTimeoutException) {
            return TOO_SLOW;
        }
        String said = printable(prefix + root.getMessage());
        return root instanceof UnknownHostException
                ? "its host is not known"
                : said.startsWith("NOAUTH")
                        ? "it needs a password"
                        : said.startsWith("Unexpected end of stream") ? "it closed the connection" : said;
    }

    /// Sanitizes the text, because it comes from the store and is logged.
    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), MOST_SHOWN)).replaceAll("[^ -~]", "?");
    }
}
