package io.keywheel.domain.failover;

import io.keywheel.domain.chat.Extras;
import org.jspecify.annotations.Nullable;

/// A provider's refusal of the request itself, in its own words.
///
/// @param status the provider's HTTP status, for APIs to repeat: the core never decides by it
/// @param extras what else the provider says, for the client alone: it may repeat what users and models said
public record UpstreamError(
        int status,
        String message,
        @Nullable String type,
        @Nullable String param,
        @Nullable String code,
        Extras extras) {

    /// An error without more.
    public UpstreamError(
            int status, String message, @Nullable String type, @Nullable String param, @Nullable String code) {
        this(status, message, type, param, code, Extras.NONE);
    }

    /// Without the extras.
    @Override
    public String toString() {
        return "UpstreamError[" + status + ", " + message + ", " + type + ", " + param + ", " + code + "]";
    }
}
