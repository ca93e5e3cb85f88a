package io.keywheel.adapters.llm.wire;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// An exchange that came to nothing, or broke off. The message is fit for a caller's eyes.
final class TransportException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    private final boolean timeout;

    private TransportException(String message, boolean timeout, @Nullable Throwable cause) {
        super(message, cause);
        this.timeout = timeout;
    }

    static TransportException broken(String message, @Nullable Throwable cause) {
        return new TransportException(message, false, cause);
    }

    static TransportException timeout(String message, @Nullable Throwable cause) {
        return new TransportException(message, true, cause);
    }

    /// The other side did not prove who it is, or speaks no TLS that is good enough.
    static TransportException notSecure(Throwable cause) {
        return broken("no secure connection to it could be made", cause);
    }

    /// Whether waiting ended it, rather than the other side.
    boolean isTimeout() {
        return timeout;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
