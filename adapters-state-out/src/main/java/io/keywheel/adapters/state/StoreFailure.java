package io.keywheel.adapters.state;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
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
            prefix = switch (root) {
                case SSLException _ -> "no secure connection to it could be made: ";
                case CertificateException _ -> "its certificate is not trusted: ";
                default -> prefix;
            };
        }
        String message = printable(prefix + root.getMessage());
        return switch (root) {
            case SocketTimeoutException _ -> TOO_SLOW;
            case UnknownHostException _ -> "its host is not known";
            case Throwable _ when message.startsWith("NOAUTH") -> "it needs a password";
            case Throwable _ when message.startsWith("Unexpected end of stream") -> "it closed the connection";
            case Throwable _ when message.startsWith("Unknown reply") -> "it does not answer as Redis or Valkey does";
            default -> message;
        };
    }

    /// Sanitizes the text, because it comes from the store and is logged.
    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), MOST_SHOWN)).replaceAll("[^ -~]", "?");
    }
}
