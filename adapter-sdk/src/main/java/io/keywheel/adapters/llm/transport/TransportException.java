package io.keywheel.adapters.llm.transport;

import io.keywheel.domain.failover.Failure;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// An exchange that failed or broke off. The message may be shown to callers.
public final class TransportException extends Exception {

    private enum Kind {
        BROKEN,
        TIMEOUT,
        MEMORY_EXHAUSTED
    }

    private final Kind kind;

    private TransportException(String message, Kind kind, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public static TransportException broken(String message, @Nullable Throwable cause) {
        return new TransportException(message, Kind.BROKEN, cause);
    }

    /// The exception for `cause`, or `cause` itself if it is a [TransportException].
    static TransportException of(Throwable cause, String message) {
        return cause instanceof TransportException known ? known : broken(message, cause);
    }

    static TransportException timeout(String message, @Nullable Throwable cause) {
        return new TransportException(message, Kind.TIMEOUT, cause);
    }

    /// The failure to connect within `limit`. The clients wrap the cause more than once. The message has the system's
    /// reason, such as `Network is unreachable`, if it is not a refusal.
    ///
    /// @param proxied whether a proxy, not the provider, was to be connected
    static TransportException notConnected(Throwable failure, Duration limit, boolean proxied) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return notSecure(failure);
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return broken((proxied ? "the proxy's" : "its") + " host name is unknown", failure);
            }
            if (cause instanceof SocketTimeoutException || cause instanceof HttpConnectTimeoutException) {
                return notConnectedWithin(limit, failure);
            }
        }
        Throwable cause = root(failure);
        String reason = cause instanceof SocketException ? cause.getMessage() : null;
        return broken(
                reason == null || reason.startsWith("Connection refused")
                        ? "the connection " + (proxied ? "to the proxy " : "") + "was refused"
                        : "no connection could be made: " + reason,
                failure);
    }

    static TransportException notConnectedWithin(Duration limit, @Nullable Throwable failure) {
        return timeout("no connection within " + AttemptDeadline.text(limit), failure);
    }

    /// The message has Java's reason, such as a host name that the certificate lacks, or a protocol that is too old.
    private static TransportException notSecure(Throwable failure) {
        Throwable cause = root(failure);
        String reason = switch (cause) {
            case CertificateExpiredException _ -> "its certificate has expired";
            case CertificateNotYetValidException _ -> "its certificate is not valid yet";
            case GeneralSecurityException _ -> "its certificate is not trusted: " + cause.getMessage();
            default -> cause.getMessage();
        };
        return broken("no secure connection to it could be made: " + reason, failure);
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static TransportException proxyRefused(String status, @Nullable Throwable cause) {
        return broken("the proxy refused with status " + status, cause);
    }

    /// The provider's answers have used up the memory that they share.
    public static TransportException memoryExhausted() {
        return new TransportException("the memory for unread answers is used up", Kind.MEMORY_EXHAUSTED, null);
    }

    /// The failure of an attempt with this deadline, before the answer's first content.
    public Failure failure(AttemptDeadline attemptDeadline) {
        return switch (kind) {
            // The messages of other exceptions may repeat what the provider sent.
            case BROKEN ->
                root(this) instanceof SocketException e
                                && String.valueOf(e.getMessage()).contains("Too many open files")
                        ? new Failure.NotSent(reason())
                        : Failure.Unavailable.because(reason());
            case TIMEOUT -> attemptDeadline.failure(this);
            // The provider may not be at fault: many requests may have long answers.
            case MEMORY_EXHAUSTED -> new Failure.Unattributed(reason());
        };
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
