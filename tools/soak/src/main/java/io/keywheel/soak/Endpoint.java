package io.keywheel.soak;

import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A gateway's address and access for clients.
///
/// @param trusting the TLS context; null for plain HTTP
/// @param token a valid access token
record Endpoint(URI address, @Nullable SSLContext trusting, String token) {

    String authorization() {
        return "Bearer " + token;
    }

    HttpClient.Builder client() {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        return trusting == null ? builder : builder.sslContext(trusting);
    }
}
