package io.keywheel.adapters.http;

import java.util.Optional;

/// The request that a thread is at work for, so that whoever logs there can name it.
final class CurrentRequest {

    private static final ScopedValue<String> REQUEST = ScopedValue.newInstance();

    private CurrentRequest() {}

    static void during(String requestId, Runnable work) {
        ScopedValue.where(REQUEST, requestId).run(work);
    }

    static Optional<String> requestId() {
        return REQUEST.isBound() ? Optional.of(REQUEST.get()) : Optional.empty();
    }
}
