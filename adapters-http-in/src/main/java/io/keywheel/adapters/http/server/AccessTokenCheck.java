package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.keywheel.adapters.http.status.ConsoleAsset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Decides who may come in.
public final class AccessTokenCheck {

    /// Exactly these paths, as the client wrote them, need no token, and pages of other origins may lead there:
    /// another spelling of one is guarded.
    private static final Set<String> OPEN = Stream.concat(
                    Stream.of("/", "/health/live", "/health/ready"),
                    ConsoleAsset.all().stream().map(ConsoleAsset::path))
            .collect(Collectors.toUnmodifiableSet());

    private static final String SCHEME = "Bearer ";

    private final AllowedOrigins allowedOrigins;
    private volatile List<byte[]> hashes;

    public AccessTokenCheck(AllowedOrigins allowedOrigins, Set<String> tokens) {
        this.allowedOrigins = allowedOrigins;
        this.hashes = tokens.stream().map(AccessTokenCheck::hash).toList();
    }

    /// From now on lets these in.
    public void admit(Set<String> tokens) {
        hashes = tokens.stream().map(AccessTokenCheck::hash).toList();
    }

    /// @param rawPath as it stands in the request line
    /// @throws RefusedException if the request may not come in
    public void check(String rawPath, Headers headers) {
        boolean open = OPEN.contains(rawPath);
        if (!open && allowedOrigins.isForeign(headers)) {
            throw new RefusedException(HttpError.FORBIDDEN, "pages of another origin may not call");
        }
        if (hashes.isEmpty()) {
            if (!LoopbackHost.is(headers.first(HeaderNames.HOST).orElse(""))) {
                throw new RefusedException(
                        HttpError.FORBIDDEN,
                        "without access tokens, only a loopback name or address in Host is let in");
            }
        } else if (!open && !holdsToken(headers.first(HeaderNames.AUTHORIZATION).orElse(""))) {
            throw new RefusedException(
                    HttpError.UNAUTHORIZED, "a valid access token is needed: Authorization: Bearer <token>");
        }
    }

    /// Whether [#check] lets everybody in there.
    static boolean isOpen(String rawPath) {
        return OPEN.contains(rawPath);
    }

    /// Whether a client that shows this `authorization` may come in, as far as that goes.
    public boolean knows(String authorization) {
        return hashes.isEmpty() || holdsToken(authorization);
    }

    private boolean holdsToken(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        byte[] shown = hash(authorization.substring(SCHEME.length()).strip());
        boolean known = false;
        for (byte[] hash : hashes) {
            // No early end: the time taken must not tell which token came near.
            known |= MessageDigest.isEqual(hash, shown);
        }
        return known;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
