package io.keywheel.bootstrap.settings.values;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Hashes texts that must not be shown or stored.
public final class Sha256 {

    private Sha256() {}

    /// As 64 hex digits.
    public static String hex(String text) {
        return HexFormat.of().formatHex(digest(text));
    }

    /// The first 64 bits.
    public static long bits(String text) {
        return ByteBuffer.wrap(digest(text)).getLong();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
