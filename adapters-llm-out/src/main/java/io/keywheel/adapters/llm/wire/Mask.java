package io.keywheel.adapters.llm.wire;

import io.keywheel.application.port.out.ApiKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes an upstream's words fit to be shown: no key in them, no control characters, and not too many.
final class Mask {

    private static final int PARAGRAPH = 500;
    private static final int PAGE = 4000;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");

    private final Pattern secrets;

    Mask(List<ApiKey> keys) {
        // The longest first: one key may begin like another.
        String any = keys.stream()
                .map(ApiKey::reveal)
                .filter(secret -> !secret.isEmpty())
                .flatMap(secret -> Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        this.secrets = Pattern.compile(any.isEmpty() ? "(?!)" : any, Pattern.CASE_INSENSITIVE);
    }

    /// At most a paragraph: enough to tell what is wrong with a provider.
    String paragraph(String text) {
        return cut(clean(text), PARAGRAPH);
    }

    /// At most a page. Whoever made a request must be able to read what is wrong with it: a schema's errors are
    /// long.
    String page(String text) {
        return cut(clean(text), PAGE);
    }

    private String clean(String text) {
        // In this order: a control character may split a key, and a cut may leave half of one.
        String line = CONTROL.matcher(text)
                .replaceAll(match -> match.group().isBlank() ? " " : "")
                .strip();
        return secrets.matcher(line).replaceAll("***");
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
