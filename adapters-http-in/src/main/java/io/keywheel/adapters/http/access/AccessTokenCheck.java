package io.keywheel.adapters.http.access;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Accepts requests by access token, origin and, without tokens, by `Host`.
public final class AccessTokenCheck {

    private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    /// A `Host` that names only this machine. A web page can let its name resolve to 127.0.0.1 (DNS rebinding),
    /// but it cannot choose the `Host` that the browser sends.
    private static final Pattern LOOPBACK = Pattern.compile(
            "(?:localhost|127(?:\\." + BYTE + "){3}|\\[::1])(?::[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private static final String SCHEME = "Bearer ";
    private static final HeaderName API_KEY = HeaderNames.create("x-api-key");

    private final AllowedOrigins allowedOrigins;
    private final Set<String> open;

    /// Client names by the SHA-256 of their tokens. The lookup need not take constant time, because similar hashes
    /// reveal nothing about a token. Each check reads it once, because a reload may replace it meanwhile.
    private volatile Map<String, String> clients;

    /// @param open the raw paths that need no token
    /// @param clients the client names by the hex SHA-256 of their tokens
    public AccessTokenCheck(AllowedOrigins allowedOrigins, Set<String> open, Map<String, String> clients) {
        this.allowedOrigins = allowedOrigins;
        this.open = Set.copyOf(open);
        this.clients = Map.copyOf(clients);
    }

    public void replaceAccessTokens(Map<String, String> clients) {
        this.clients = Map.copyOf(clients);
    }

    /// @param rawPath as it stands in the request line
    /// @return the client's name; null if no token is needed
    /// @throws RefusedException if the request is refused
    public @Nullable String check(String rawPath, Headers headers) {
        boolean open = isOpen(rawPath);
        if (!open && allowedOrigins.isForeign(headers)) {
            throw new RefusedException(
                    HttpError.FORBIDDEN,
                    "pages of another origin may not call unless KEYWHEEL_CORS_ORIGINS lists that origin");
        }
        Map<String, String> known = clients;
        if (known.isEmpty()
                && !LOOPBACK.matcher(headers.first(HeaderNames.HOST).orElse("")).matches()) {
            throw new RefusedException(
                    HttpError.FORBIDDEN, "without access tokens, only a loopback name or address is accepted in Host");
        }
        return known.isEmpty() || open ? null : client(tokensIn(headers), known);
    }

    /// Whether [#check] requires neither a token nor an allowed origin for the path.
    public boolean isOpen(String rawPath) {
        return open.contains(rawPath);
    }

    /// The tokens of a request: `Authorization`, as OpenAI's clients send it, then `x-api-key`, as Anthropic's do.
    /// A client may send both, because it also has a key of Anthropic's.
    public static List<String> tokensIn(Headers headers) {
        return Stream.concat(
                        headers
                                .first(HeaderNames.AUTHORIZATION)
                                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                                .map(value -> value.substring(SCHEME.length()).strip())
                                .stream(),
                        headers.first(API_KEY).stream())
                .toList();
    }

    /// Whether one of the tokens is valid, or no token is needed.
    public boolean accepts(List<String> tokens) {
        Map<String, String> known = clients;
        return known.isEmpty() || find(tokens, known).isPresent();
    }

    /// @return the client of the first valid token; null if no token is needed
    /// @throws RefusedException if no token is valid
    public @Nullable String client(List<String> tokens) {
        Map<String, String> known = clients;
        return known.isEmpty() ? null : client(tokens, known);
    }

    private static String client(List<String> tokens, Map<String, String> known) {
        return find(tokens, known)
                .orElseThrow(() -> new RefusedException(
                        HttpError.UNAUTHORIZED,
                        tokens.isEmpty()
                                ? "an access token is needed: Authorization: Bearer <token>, or x-api-key: <token>"
                                : "the access token is not one of KEYWHEEL_ACCESS_TOKENS"));
    }

    private static Optional<String> find(List<String> tokens, Map<String, String> known) {
        return tokens.stream()
                .map(token -> known.get(hash(token)))
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
