package io.keywheel.adapters.http.server;

/// Nobody takes the answer any more.
public final class ClientGoneException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ClientGoneException(Throwable cause) {
        super("the client has left", cause);
    }
}
