package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.state.RedisSharedState.Address;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses `redis://[user:password@]host[:port][/database]`. No message has the URL, which has a password.
final class StoreUrl {

    private static final int DEFAULT_PORT = 6379;

    /// Redis has 16 databases by default.
    private static final int MOST_DATABASES = 1_000_000;

    private static final Pattern SCHEME = Pattern.compile("(?i)(rediss?)://(.*)");
    private static final Pattern PLACE =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([^/?#]*))?(?:/([^/?#]*))?");
    private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private StoreUrl() {}

    /// @throws IllegalArgumentException whose message completes the sentence "the URL …"
    static Address read(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches()) {
            throw new IllegalArgumentException("must begin with redis:// or, for TLS, rediss://");
        }
        String rest = scheme.group(2);
        int at = rest.lastIndexOf('@');
        String login = at < 0 ? "" : rest.substring(0, at);
        int colon = login.indexOf(':');
        if (at >= 0 && colon < 0) {
            throw new IllegalArgumentException("must have user:password before the @, or :password without a user");
        }
        if (LONE_PERCENT.matcher(login).find()) {
            throw new IllegalArgumentException("has a % before the @ without two hex digits (a % itself is %25)");
        }
        Matcher place = PLACE.matcher(rest.substring(at + 1));
        if (!place.matches()) {
            throw new IllegalArgumentException(
                    "must name one host, and may have a port and a database, but no ? or #, as in"
                            + " redis://store.example:6379/0");
        }
        String password = at < 0 ? "" : decoded(login.substring(colon + 1));
        if (at >= 0 && password.isEmpty()) {
            throw new IllegalArgumentException("must have a password before the @");
        }
        return new Address(
                place.group(1).replaceAll("^\\[|]$", ""),
                number("port", place.group(2), DEFAULT_PORT, 1, 0xffff),
                scheme.group(1).equalsIgnoreCase("rediss"),
                at < 0 ? "" : decoded(login.substring(0, colon)),
                password,
                number("database", place.group(3), 0, 0, MOST_DATABASES));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static int number(String what, @Nullable String text, int byDefault, int least, int most) {
        if (text == null || (text.isEmpty() && what.equals("database"))) {
            return byDefault;
        }
        if (!text.matches("\\d{1,7}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("must have a %s from %s to %s".formatted(what, least, most));
        }
        return Integer.parseInt(text);
    }
}
