package io.keywheel.domain.failover;

import org.jspecify.annotations.Nullable;

/// A provider's no to the request itself, in its own words.
///
/// @param status the provider's HTTP status, for APIs to repeat: the core never decides by it
public record UpstreamError(
        int status,
        String message,
        @Nullable String type,
        @Nullable String param,
        @Nullable String code) {}
