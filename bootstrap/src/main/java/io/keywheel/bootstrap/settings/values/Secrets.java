package io.keywheel.bootstrap.settings.values;

import java.util.regex.Pattern;

/// The texts of keys and tokens.
public final class Secrets {

    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");

    private Secrets() {}

    /// Whether `secret` is valid in an HTTP header.
    public static boolean isSendable(String secret) {
        return SENDABLE.matcher(secret).matches();
    }

    public static String unquoted(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isAround(text.charAt(from))) {
            from++;
        }
        while (from < to && isAround(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isAround(char character) {
        return character == '"' || character == '\'' || Character.isWhitespace(character);
    }
}
