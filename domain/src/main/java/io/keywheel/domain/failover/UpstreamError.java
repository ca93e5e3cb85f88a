package io.keywheel.domain.failover;

import io.keywheel.domain.chat.Extras;
import org.jspecify.annotations.Nullable;

/// A provider's error response to the request itself.
///
/// @param status the provider's HTTP status, which APIs may return; the core does not decide by it
/// @param extras further fields of the error, for the client only: they may repeat prompts and answers
public record UpstreamError(
        int status,
        String message,
        @Nullable String type,
        @Nullable String param,
        @Nullable String code,
        Extras extras) {

    public UpstreamError(
            int status, String message, @Nullable String type, @Nullable String param, @Nullable String code) {
        this(status, message, type, param, code, Extras.NONE);
    }

    /// Omits the extras, which may repeat prompts and answers.
    @Override
    public String toString() {
        return "UpstreamError[" + status + ", " + message + ", " + type + ", " + param + ", " + code + "]";
    }
}
