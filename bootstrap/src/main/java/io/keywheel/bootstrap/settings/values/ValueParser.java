package io.keywheel.bootstrap.settings.values;

import io.keywheel.domain.routing.ModelId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses the text of a variable.
///
/// @param expected completes the sentence "the value must be …"
/// @param reader returns empty for an invalid text
public record ValueParser<T>(String expected, Function<String, Optional<T>> reader) {

    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]*)");

    private static final Pattern NAME_OR_ADDRESS =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|([0-9A-Fa-f]*:){2}[0-9A-Fa-f:.]*");

    /// The origin of a page of a desktop app or a browser extension. `java.net.URI` has no host for some of them.
    /// No page has an origin such as `wss://chat.example`: a handshake has the origin of its page.
    private static final Pattern ORIGIN_OF_APP = Pattern.compile("(?!(http|ws)s?:)[a-z][a-z0-9+.-]*://[A-Za-z0-9._-]+");

    public static final ValueParser<ModelId> MODEL = new ValueParser<>(
            "a model's name, up to 200 printable characters without blanks",
            text -> ModelId.isValid(text) ? Optional.of(new ModelId(text)) : Optional.empty());

    public static final ValueParser<Path> FOLDER = new ValueParser<>(
            "a directory that exists and can be read",
            text -> path(text).filter(Files::isDirectory).filter(Files::isReadable));

    /// The directory may be missing.
    public static final ValueParser<Path> NEW_FOLDER = new ValueParser<>(
            "a directory, or a path at which one can be made",
            text -> path(text).filter(path -> !Files.exists(path) || Files.isDirectory(path)));

    public static final ValueParser<Boolean> YES_OR_NO = oneOf("true", "false").map(Boolean::valueOf);

    static final ValueParser<String> HOST = new ValueParser<>(
            "a host's name or address, such as 127.0.0.1, without a scheme or port",
            text -> Optional.of(text.replaceAll("^\\[|]$", ""))
                    .filter(host -> NAME_OR_ADDRESS.matcher(host).matches())
                    .map(ValueParser::usualIpv4));

    public static final ValueParser<String> BASE_URL = new ValueParser<>(
            "an absolute http or https URL without user, query, fragment or /chat/completions, and without _ in its"
                    + " host, such as https://llm.example/v1",
            text -> baseUrl(text)
                    .filter(url -> !url.endsWith("/chat/completions"))
                    .map(ValueParser::normalized));

    /// The form of a browser's `Origin` header: in lower case, without the scheme's default port.
    public static final ValueParser<String> ORIGIN = new ValueParser<>(
            "an origin: scheme, host and, where needed, port, without a path, such as https://chat.example",
            text -> ORIGIN_OF_APP.matcher(text).matches()
                    ? Optional.of(text)
                    : baseUrl(text)
                            .filter(url -> url.equals(text))
                            .map(URI::create)
                            .filter(url -> url.getRawPath().isEmpty())
                            .map(ValueParser::origin));

    /// Zero to a day.
    static final ValueParser<Duration> ANY_TIME = duration(Duration.ZERO);

    /// At least a millisecond.
    static final ValueParser<Duration> SOME_TIME = duration(Duration.ofMillis(1));

    /// Zero means off.
    static final ValueParser<Duration> AFFINITY = new ValueParser<>(
            "off, or a duration such as 5m, from 1s to 60m",
            text -> text.equals("off")
                    ? Optional.of(Duration.ZERO)
                    : duration(text, Duration.ofSeconds(1), Duration.ofHours(1)));

    /// A number of bytes, at most 1 GiB.
    static final ValueParser<Integer> SIZE = new ValueParser<>(
            "a size such as 4MiB, 512KiB or a number of bytes, from 1 to 1GiB",
            text -> amount(text)
                    .flatMap(ValueParser::bytes)
                    .filter(bytes -> 0 < bytes && bytes <= 1 << 30)
                    .map(Long::intValue));

    static ValueParser<Integer> whole(int least, int most) {
        return new ValueParser<>(
                "a whole number from " + least + " to " + most,
                text -> amount(text)
                        .filter(amount -> amount.group(2).isEmpty())
                        .map(amount -> Integer.parseInt(amount.group(1)))
                        .filter(number -> least <= number && number <= most));
    }

    private static ValueParser<Duration> duration(Duration least) {
        String expected = "a duration such as 500ms, 2s or 5m, %s and at most one day"
                .formatted(least.isZero() ? "zero or more" : "more than zero");
        return new ValueParser<>(expected, text -> duration(text, least, Duration.ofDays(1)));
    }

    /// The choices are the constants' names in lower case.
    static <E extends Enum<E>> ValueParser<E> oneOf(E[] choices) {
        String[] words = Arrays.stream(choices)
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        List<String> known = Arrays.asList(words);
        return oneOf(words).map(word -> choices[known.indexOf(word)]);
    }

    static ValueParser<String> oneOf(String... choices) {
        List<String> known = Arrays.asList(choices);
        return new ValueParser<>(alternatives(known), text -> Optional.of(text).filter(known::contains));
    }

    /// As `a, b or c`.
    private static String alternatives(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    <U> ValueParser<U> map(Function<T, U> mapper) {
        return new ValueParser<>(expected, text -> reader.apply(text).map(mapper));
    }

    public Optional<T> read(String text) {
        return reader.apply(text);
    }

    /// An IPv4 address in a rare form, such as that of IPv6, as Java listens at it and clients send it.
    private static String usualIpv4(String host) {
        try {
            return InetAddress.ofLiteral(host) instanceof Inet4Address address ? address.getHostAddress() : host;
        } catch (IllegalArgumentException _) {
            return host;
        }
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private static Optional<Matcher> amount(String text) {
        return Optional.of(AMOUNT.matcher(text)).filter(Matcher::matches);
    }

    private static Optional<Duration> duration(String text, Duration least, Duration most) {
        return amount(text)
                .flatMap(ValueParser::duration)
                .filter(duration -> duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0);
    }

    private static Optional<Duration> duration(Matcher amount) {
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "ms" -> Optional.of(Duration.ofMillis(number));
            case "s" -> Optional.of(Duration.ofSeconds(number));
            case "m" -> Optional.of(Duration.ofMinutes(number));
            default -> Optional.empty();
        };
    }

    private static Optional<Long> bytes(Matcher amount) {
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "" -> Optional.of(number);
            case "KiB" -> Optional.of(number << 10);
            case "MiB" -> Optional.of(number << 20);
            case "GiB" -> Optional.of(number << 30);
            default -> Optional.empty();
        };
    }

    private static Optional<String> baseUrl(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            boolean reachable = uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= 0xffff;
            return (scheme.equals("http") || scheme.equals("https")) && plain && reachable
                    ? Optional.of(text.replaceAll("/+$", ""))
                    : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    /// Normalizes the URL, because gateways that share state compare base URLs.
    private static String normalized(String baseUrl) {
        URI url = URI.create(baseUrl);
        return origin(url) + url.getRawPath();
    }

    private static String origin(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        boolean usual = url.getPort() == -1 || url.getPort() == (scheme.equals("https") ? 443 : 80);
        String origin = scheme + "://" + url.getHost().toLowerCase(Locale.ROOT);
        return usual ? origin : origin + ":" + url.getPort();
    }
}
