package io.keywheel.adapters.http;

/// Nobody takes the answer any more.
final class ClientGoneException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClientGoneException(Throwable cause) {
        super("the client has left", cause);
    }
}
