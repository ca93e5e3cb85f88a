package io.keywheel.bootstrap.settings.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where and for whom the gateway listens.
///
/// @param host a name or address, an IPv6 one without brackets
/// @param port 0 for a free one
/// @param tokens none only where `host` is a loopback one
/// @param maxBody in bytes; a larger body is refused
/// @param maxRequests the most chats at once; 0: as many as the heap has room for
/// @param tls who the gateway is over TLS; null where it speaks plain HTTP
/// @param origins exact origins of web pages that may call the gateway
public record ListenerSettings(
        String host,
        int port,
        AccessTokens tokens,
        @Nullable Tls tls,
        int maxBody,
        int maxRequests,
        List<String> origins) {

    public ListenerSettings {
        origins = List.copyOf(origins);
    }
}
