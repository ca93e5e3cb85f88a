package io.keywheel.adapters.http.websocket;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/// The opening handshake of a WebSocket (RFC 6455).
final class Handshake {

    static final String VERSION = "13";

    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION_NAME = HeaderNames.create("Sec-WebSocket-Version");
    private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern SIXTEEN_BYTES = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private static final Header UPGRADE = HeaderValues.create(HeaderNames.CONNECTION, "upgrade");

    private Handshake() {}

    /// @throws RefusedException if this is not a valid handshake
    static void check(Headers headers) {
        if (!headers.first(HeaderNames.UPGRADE).orElse("").equalsIgnoreCase("websocket")
                || !headers.containsToken(UPGRADE)
                || !headers.first(VERSION_NAME).orElse("").equals(VERSION)) {
            throw upgradeRequired();
        }
        if (!SIXTEEN_BYTES.matcher(headers.first(KEY).orElse("")).matches()) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "Sec-WebSocket-Key must be 16 bytes in Base64");
        }
    }

    static RefusedException upgradeRequired() {
        return new RefusedException(HttpError.UPGRADE_REQUIRED, "this path is for WebSockets of version " + VERSION);
    }

    /// The value of `Sec-WebSocket-Accept`, derived from the client's key.
    static String accept(Headers headers) {
        try {
            String key = headers.get(KEY).get() + SUFFIX;
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(key.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
