package io.keywheel.adapters.http.server;

import java.util.Optional;

/// The request that a thread works for, so that log lines can name it.
public final class CurrentRequest {

    private static final ScopedValue<String> REQUEST = ScopedValue.newInstance();

    private CurrentRequest() {}

    public static void during(String requestId, Runnable work) {
        ScopedValue.where(REQUEST, requestId).run(work);
    }

    public static Optional<String> requestId() {
        return REQUEST.isBound() ? Optional.of(REQUEST.get()) : Optional.empty();
    }
}
