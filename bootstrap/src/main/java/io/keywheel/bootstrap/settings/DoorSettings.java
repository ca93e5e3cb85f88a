package io.keywheel.bootstrap.settings;

import java.util.List;

/// Where and for whom the gateway listens.
///
/// @param host a name or address, an IPv6 one without brackets
/// @param port 0 for a free one
/// @param tokens none only where `host` is a loopback one
/// @param maxBody in bytes; a larger body is refused
/// @param origins exact origins of web pages that may call the gateway
public record DoorSettings(String host, int port, AccessTokens tokens, int maxBody, List<String> origins) {

    public DoorSettings {
        origins = List.copyOf(origins);
    }
}
