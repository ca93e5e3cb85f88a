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

/// The web pages that may call from a browser: those of the settings, to the letter.
public record AllowedOrigins(Set<String> allowed) {

    private static final String EXPOSED =
            "X-Request-Id, request-id, X-Keywheel-Provider, X-Keywheel-Model, X-Keywheel-Key, X-Keywheel-Attempts,"
                    + " X-Keywheel-Dropped, X-Keywheel-Client, Retry-After, X-RateLimit-Limit-Requests, X-RateLimit-Remaining-Requests,"
                    + " X-RateLimit-Reset-Requests, X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Tokens,"
                    + " X-RateLimit-Reset-Tokens";

    private static final Header VARY_BY_ORIGIN = HeaderValues.createCached(HeaderNames.VARY, "Origin");

    private static final HeaderName SITE = HeaderNames.create("Sec-Fetch-Site");

    /// The host's own page, and a person who typed an address or chose a bookmark.
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_, -]{1,2000}");

    /// Lets the page read the answer, if it may call. True if the request was the browser asking beforehand,
    /// and has been answered.
    public boolean handle(ServerRequest request, ServerResponse response) {
        if (allowed.isEmpty()) {
            return false;
        }
        response.headers().add(VARY_BY_ORIGIN);
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        if (!allowed.contains(origin)) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.header(HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if (!request.prologue().method().equals(Method.OPTIONS)
                || !request.headers().contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            return false;
        }
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST");
        response.header(HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, mayBeSent(request.headers()));
        response.header(HeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        response.status(Status.NO_CONTENT_204).send();
        return true;
    }

    /// OpenAI's library for browsers sends a dozen headers of its own, and more with each version; none of them
    /// means anything here.
    private static String mayBeSent(Headers headers) {
        return headers.first(HeaderNames.ACCESS_CONTROL_REQUEST_HEADERS)
                .filter(names -> NAMES.matcher(names).matches())
                .orElse("Authorization, Content-Type, X-Request-Id, x-api-key, anthropic-version, anthropic-beta");
    }

    /// Whether the request comes from a page that is neither of the settings nor the host's own. A browser says so
    /// in `Sec-Fetch-Site`, also where it sends no `Origin`; an older one sends the origin alone, and a program
    /// neither.
    boolean isForeign(Headers headers) {
        if (!headers.contains(HeaderNames.ORIGIN) && !headers.contains(SITE)) {
            return false;
        }
        String origin = headers.first(HeaderNames.ORIGIN).orElse("");
        if (allowed.contains(origin)) {
            return false;
        }
        return headers.first(SITE)
                .map(site -> !OWN_SITES.contains(site))
                .orElseGet(() -> !origin.isEmpty() && !isOwn(origin, headers));
    }

    private static boolean isOwn(String origin, Headers headers) {
        String host = headers.first(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
        String from = origin.toLowerCase(Locale.ROOT);
        return !host.isEmpty() && (from.equals("http://" + host) || from.equals("https://" + host));
    }
}
