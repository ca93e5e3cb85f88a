package io.keywheel.bootstrap.gateway;

import io.keywheel.bootstrap.settings.DoorSettings;

/// The address that the settings name cannot be listened on.
public final class CannotListenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CannotListenException(DoorSettings door, Throwable cause) {
        super("Cannot listen on %s, port %d: %s".formatted(door.host(), door.port(), rootOf(cause)), cause);
    }

    /// The server wraps what the system said, sometimes more than once.
    private static String rootOf(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
