package io.keywheel.adapters.http.http2;

/// The client does what ends its connection.
final class BrokenConnectionException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    BrokenConnectionException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
