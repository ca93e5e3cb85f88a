package io.keywheel.bootstrap.gateway;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.settings.clients.ListenerSettings;

/// The address that the settings name cannot be listened on.
public final class CannotListenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CannotListenException(ListenerSettings listener, HttpGateway.CannotListenException cause) {
        super(
                "Cannot listen on %s, port %d (KEYWHEEL_HOST, KEYWHEEL_PORT): %s"
                        .formatted(listener.host(), listener.port(), cause.getMessage()),
                cause);
    }
}
