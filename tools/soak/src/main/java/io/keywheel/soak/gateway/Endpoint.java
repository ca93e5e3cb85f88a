package io.keywheel.soak.gateway;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where the gateway listens, and what it asks of clients.
///
/// @param trusting for TLS; null for none
/// @param token that the gateway accepts
public record Endpoint(URI address, @Nullable SSLContext trusting, String token) {

    /// What a client that may chat sends as `Authorization`.
    public String authorization() {
        return "Bearer " + token;
    }
}
