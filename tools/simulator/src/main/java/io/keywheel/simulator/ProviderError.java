package io.keywheel.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error before it takes the form of a dialect.
///
/// @param param only some dialects say it
record ProviderError(
        int status,
        String message,
        String type,
        @Nullable String param,
        @Nullable String code,
        Map<String, String> headers) {

    static ProviderError error(int status, String type, @Nullable String param, @Nullable String code, String message) {
        return new ProviderError(status, message, type, param, code, Map.of());
    }

    static ProviderError invalid(@Nullable String code, String message) {
        return error(400, "invalid_request_error", null, code, message);
    }

    ProviderError with(Map<String, String> more) {
        var all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new ProviderError(status, message, type, param, code, all);
    }
}
