package io.keywheel.adapters.http.http2;

/// The client does what ends one of its streams.
final class BrokenStreamException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    BrokenStreamException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
