package io.keywheel.adapters.http.server;

/// The client has disconnected, so the answer cannot be sent.
public final class ClientGoneException extends RuntimeException {

    public ClientGoneException(Throwable cause) {
        super("the client disconnected", cause);
    }
}
