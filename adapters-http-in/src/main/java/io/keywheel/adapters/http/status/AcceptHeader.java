package io.keywheel.adapters.http.status;

import io.helidon.http.BadRequestException;
import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;

final class AcceptHeader {

    private AcceptHeader() {}

    static boolean prefers(ServerRequest request, String type) {
        return quality(request, type) > quality(request, "application/json");
    }

    /// The quality that the client gives a type; 0 for a type that is not named, and if the header cannot be read.
    /// `*/*` does not count.
    static double quality(ServerRequest request, String type) {
        try {
            return request.headers().acceptedTypes().stream()
                    .filter(accepted -> accepted.mediaType().text().equalsIgnoreCase(type))
                    .mapToDouble(HttpMediaType::qualityFactor)
                    .findFirst()
                    .orElse(0);
        } catch (BadRequestException | IllegalArgumentException | IndexOutOfBoundsException _) {
            // Helidon throws the last one for a quote without its end.
            return 0;
        }
    }
}
