package io.keywheel.adapters.llm.wire;

import io.keywheel.domain.routing.Allowance;
import io.keywheel.domain.routing.Allowance.Bucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what is left of a quota from an answer's headers: `x-ratelimit-remaining-tokens` and the like.
///
/// Groq names no span of time (requests count by the day, tokens by the minute); Cerebras does, and not
/// always the same.
final class RateLimits {

    private static final String PREFIX = "x-ratelimit-";
    private static final Pattern REMAINING =
            Pattern.compile(PREFIX + "remaining-((?:requests|tokens)(?:-(?:second|minute|hour|day))?)");
    private static final Pattern COUNT = Pattern.compile("\\d{1,18}");

    private RateLimits() {}

    static Allowance allowance(Headers headers) {
        List<Bucket> buckets = new ArrayList<>();
        for (var header : headers.values().entrySet()) {
            Matcher matcher = REMAINING.matcher(header.getKey().toLowerCase(Locale.ROOT));
            Long remaining = count(header.getValue());
            if (matcher.matches() && remaining != null) {
                buckets.add(bucket(matcher.group(1), remaining, headers));
            }
        }
        return buckets.isEmpty() ? Allowance.UNKNOWN : new Allowance(buckets);
    }

    private static Bucket bucket(String name, long remaining, Headers headers) {
        String reset = headers.get(PREFIX + "reset-" + name);
        Duration until = reset == null ? null : Delays.parse(reset);
        return new Bucket(name, count(headers.get(PREFIX + "limit-" + name)), remaining, until);
    }

    private static @Nullable Long count(@Nullable String text) {
        return text != null && COUNT.matcher(text.strip()).matches() ? Long.valueOf(text.strip()) : null;
    }
}
