package io.keywheel.adapters.http.access;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The configured origins whose web pages may call from a browser. They must match exactly.
public record AllowedOrigins(Set<String> allowed) {

    private static final String EXPOSED_HEADERS =
            "X-Request-Id, request-id, X-Keywheel-Provider, X-Keywheel-Model, X-Keywheel-Key, X-Keywheel-Attempts,"
                    + " X-Keywheel-Dropped, X-Keywheel-Client, Retry-After, X-RateLimit-Limit-Requests, X-RateLimit-Remaining-Requests,"
                    + " X-RateLimit-Reset-Requests, X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Tokens,"
                    + " X-RateLimit-Reset-Tokens";

    private static final Header VARY_BY_ORIGIN = HeaderValues.createCached(HeaderNames.VARY, "Origin");

    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    /// `none` is a request by the user: a typed address or a bookmark.
    private static final Set<String> ALLOWED_SITES = Set.of("same-origin", "none");

    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,2000}");

    /// Sets the CORS headers if the origin is allowed, and returns whether the request is its preflight request.
    public boolean setHeaders(ServerRequest request, ServerResponse response) {
        if (allowed.isEmpty()) {
            return false;
        }
        response.headers().add(VARY_BY_ORIGIN);
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!allowed.contains(origin)) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
        return request.prologue().method().equals(Method.OPTIONS)
                && request.headers().contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    public static void answerPreflight(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders(request.headers()));
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        response.status(Status.NO_CONTENT_204).send();
    }

    /// All requested headers, which the gateway ignores: OpenAI's browser library sends more with each version.
    private static String allowedHeaders(Headers headers) {
        return headers.first(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)
                .filter(names -> HEADER_NAMES.matcher(names).matches())
                .orElse("Authorization, Content-Type, X-Request-Id, x-api-key, anthropic-version, anthropic-beta");
    }

    /// Whether the request comes from a page whose origin is neither allowed nor the gateway's. Browsers send
    /// `Sec-Fetch-Site`, also without `Origin`. Older ones send only `Origin`, and programs neither.
    boolean isForeign(Headers headers) {
        String origin = headers.first(HeaderNames.ORIGIN).orElse("");
        if (allowed.contains(origin)) {
            return false;
        }
        return headers.first(FETCH_SITE)
                .map(site -> !ALLOWED_SITES.contains(site))
                .orElseGet(() -> !origin.isEmpty() && !isSameOrigin(origin, headers));
    }

    /// An origin never has the default port of its scheme. A proxy may add it to `Host`.
    private static boolean isSameOrigin(String origin, Headers headers) {
        String host = headers.first(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
        String from = origin.toLowerCase(Locale.ROOT);
        return from.equals("http://" + without(":80", host)) || from.equals("https://" + without(":443", host));
    }

    private static String without(String port, String host) {
        return host.endsWith(port) ? host.substring(0, host.length() - port.length()) : host;
    }
}
