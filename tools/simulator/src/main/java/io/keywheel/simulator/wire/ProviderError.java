package io.keywheel.simulator.wire;

import io.keywheel.simulator.http.Reply;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An error in no particular format.
///
/// @param param omitted by some dialects
public record ProviderError(
        int status,
        String type,
        @Nullable String param,
        @Nullable String code,
        String message,
        Map<String, String> headers) {

    /// 500, with the same message at both providers.
    public static final ProviderError INTERNAL =
            row("500 internal_server_error - internal_server_error", "Internal Server Error");

    /// An error without additional headers.
    ///
    /// @param row status, type, parameter and code, as `404 not_found_error model model_not_found`; `-` for none
    public static ProviderError row(String row, String message) {
        return line(row + " " + message);
    }

    /// As [#row], with the message at the end of the line.
    static ProviderError line(String line) {
        var words = line.split(" ", 5);
        var type = words[1].equals("-") ? "" : words[1];
        return new ProviderError(Integer.parseInt(words[0]), type, word(words[2]), word(words[3]), words[4], Map.of());
    }

    private static @Nullable String word(String text) {
        return text.equals("-") ? null : text;
    }

    /// A copy with `details` in the placeholders of parameter and message.
    ProviderError about(Object... details) {
        var named = param == null ? null : param.formatted(details);
        return new ProviderError(status, type, named, code, message.formatted(details), headers);
    }

    public ProviderError with(Map<String, String> more) {
        return new ProviderError(status, type, param, code, message, Reply.merged(headers, more));
    }
}
