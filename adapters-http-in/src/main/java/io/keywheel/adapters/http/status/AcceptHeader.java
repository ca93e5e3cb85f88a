package io.keywheel.adapters.http.status;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.Locale;

/// Reads the `Accept` header.
final class AcceptHeader {

    private AcceptHeader() {}

    static boolean prefers(ServerRequest request, String type, String otherType) {
        return quality(request, type) > quality(request, otherType);
    }

    /// The quality that the client gives a type; 0 for a type that is not named. `*/*` does not count.
    static double quality(ServerRequest request, String type) {
        String accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
        return Arrays.stream(accept.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(range -> range.equals(type) || range.startsWith(type + ";"))
                .mapToDouble(AcceptHeader::quality)
                .findFirst()
                .orElse(0);
    }

    private static double quality(String range) {
        int at = range.indexOf("q=");
        if (at < 0) {
            return 1;
        }
        try {
            return Math.max(
                    0,
                    Double.parseDouble(range.substring(at + 2).split(";", 2)[0].strip()));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
