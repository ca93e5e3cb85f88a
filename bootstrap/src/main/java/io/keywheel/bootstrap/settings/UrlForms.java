package io.keywheel.bootstrap.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// How a URL is written, and an origin, which is the beginning of one.
final class UrlForms {

    static final ValueParser<String> BASE_URL = new ValueParser<>(
            "an absolute http or https URL without user, query or fragment, such as https://llm.example/v1",
            text -> baseUrl(text).map(UrlForms::withSchemeInLowerCase));

    /// What a browser sends as `Origin`: in lower case, and without the port that goes without saying.
    static final ValueParser<String> ORIGIN = new ValueParser<>(
            "an origin: scheme, host and, where needed, port, without a path, such as https://chat.example",
            text -> baseUrl(text)
                    .filter(url -> url.equals(text))
                    .map(URI::create)
                    .flatMap(UrlForms::origin));

    private UrlForms() {}

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

    private static String withSchemeInLowerCase(String url) {
        int end = url.indexOf(':');
        return url.substring(0, end).toLowerCase(Locale.ROOT) + url.substring(end);
    }

    private static Optional<String> origin(URI url) {
        if (!url.getRawPath().isEmpty()) {
            return Optional.empty();
        }
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        boolean usual = url.getPort() == -1 || url.getPort() == (scheme.equals("https") ? 443 : 80);
        String origin = scheme + "://" + url.getHost().toLowerCase(Locale.ROOT);
        return Optional.of(usual ? origin : origin + ":" + url.getPort());
    }
}
