package io.keywheel.bootstrap.settings.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The settings of the HTTP listener.
///
/// @param host a name or address; IPv6 without brackets
/// @param port 0 for any free port
/// @param tokens empty only if `host` is a loopback address
/// @param maxBody in bytes; a larger body is refused
/// @param maxRequests the most concurrent chats; 0 for as many as fit into the heap
/// @param tls the certificate and its context; null for plain HTTP
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
