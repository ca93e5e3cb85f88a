package io.keywheel.soak;

import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The gateway as clients see it.
///
/// @param trusting for TLS; null for none
/// @param token that the gateway accepts
record Endpoint(URI address, @Nullable SSLContext trusting, String token) {

    String authorization() {
        return "Bearer " + token;
    }

    HttpClient.Builder client() {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        return trusting == null ? builder : builder.sslContext(trusting);
    }
}
