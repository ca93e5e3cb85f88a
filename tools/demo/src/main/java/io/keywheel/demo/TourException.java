package io.keywheel.demo;

/// The gateway could not be shown.
final class TourException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TourException(String message, Throwable cause) {
        super(message, cause);
    }
}
