package io.keywheel.adapters.http.http2;

/// The client does what ends one of its streams, or there is no room for it.
final class BrokenStreamException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final boolean isForRoom;

    BrokenStreamException(ErrorCode code, String message) {
        this(code, message, false);
    }

    private BrokenStreamException(ErrorCode code, String message, boolean isForRoom) {
        super(message);
        this.code = code;
        this.isForRoom = isForRoom;
    }

    static BrokenStreamException noRoom(ErrorCode code, String message) {
        return new BrokenStreamException(code, message, true);
    }

    ErrorCode code() {
        return code;
    }

    /// Whether it is no fault of the client.
    boolean isForRoom() {
        return isForRoom;
    }
}
