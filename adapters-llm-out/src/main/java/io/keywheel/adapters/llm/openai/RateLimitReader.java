package io.keywheel.adapters.llm.openai;

import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the remaining quota from an answer's headers, such as `x-ratelimit-remaining-tokens`, and from the message
/// of a refusal.
///
/// Groq's header names have no time span (requests count by the day, tokens by the minute); Cerebras' have one,
/// which varies. Buckets of Groq and OpenAI refill continuously: their resets have units, and are the time until
/// the bucket is full. So are those of Azure (openai/openai-dotnet 838, 2025-11) and of another Keywheel, which
/// are whole seconds under OpenAI's names. Cerebras' resets are seconds with a fraction, to the end of a window; a
/// client has seen its names without a time span, too. Mistral names requests "req" and sends no reset (recorded
/// 2026-02, mistralai/client-ts 169).
final class RateLimitReader {

    private static final String PREFIX = "x-ratelimit-";
    private static final Pattern REMAINING =
            Pattern.compile(PREFIX + "remaining-((?:requests|req|tokens)(?:-(?:second|minute|hour|day))?)");
    private static final Pattern UNITS = Pattern.compile(".*[a-zA-Z].*");

    /// Groq: "on requests per minute (RPM): Limit 30, Used 30, Requested 1". Its headers report neither this limit
    /// nor the tokens per day.
    private static final Pattern COUNTERS = Pattern.compile(
            "on (requests|tokens) per (second|minute|hour|day)[^:]{0,20}: Limit:? (\\d{1,15}), Used:? (\\d{1,15})(?:, Requested:? (\\d{1,15}))?");

    private static final Pattern EXCEEDED =
            Pattern.compile("^(Requests|Tokens) per (second|minute|hour|day) limit exceeded");

    private static final Map<String, Duration> SPANS = Map.of(
            "second", Duration.ofSeconds(1),
            "minute", Duration.ofMinutes(1),
            "hour", Duration.ofHours(1),
            "day", Duration.ofDays(1));

    /// A count of more than fifteen digits is ignored, so that sums of several do not overflow.
    private static final Pattern COUNT = Pattern.compile("\\d{1,15}");

    private RateLimitReader() {}

    static RateLimitStatus read(Headers headers) {
        List<Bucket> buckets = new ArrayList<>();
        for (String name : headers.startingWith(PREFIX + "remaining-")) {
            Matcher matcher = REMAINING.matcher(name.toLowerCase(Locale.ROOT));
            Long remaining = count(headers.get(name));
            if (matcher.matches() && remaining != null) {
                buckets.add(bucket(matcher.group(1), remaining, headers));
            }
        }
        return buckets.isEmpty() ? RateLimitStatus.UNKNOWN : new RateLimitStatus(buckets);
    }

    /// The remaining quota in the headers and the message of a refusal that has a retry delay.
    static RateLimitStatus read(Headers headers, String message) {
        RateLimitStatus reported = read(headers);
        Matcher counters = COUNTERS.matcher(message);
        if (!counters.find()) {
            return reported;
        }
        List<Bucket> buckets = new ArrayList<>(reported.buckets());
        buckets.add(bucket(counters, RetryAfterParser.inMessage(message)));
        return new RateLimitStatus(buckets);
    }

    /// Groq's count of the request's tokens, prompt and `max_completion_tokens`, at most the limit; 0 if the
    /// message has none.
    static long requestedTokens(String message) {
        Matcher counters = COUNTERS.matcher(message);
        boolean hasTokens = counters.find() && counters.group(1).equals("tokens") && counters.group(5) != null;
        return hasTokens ? Math.min(Long.parseLong(counters.group(5)), Long.parseLong(counters.group(3))) : 0;
    }

    /// Groq's buckets refill continuously: the reset is the used fraction of the span. For tokens, the delay gives
    /// a more exact rate: the missing tokens return within it. Not for requests, of which only a fraction may be
    /// missing.
    private static Bucket bucket(Matcher counters, @Nullable Duration delay) {
        String unit = counters.group(1);
        Duration span = Objects.requireNonNull(SPANS.get(counters.group(2)));
        long limit = Long.parseLong(counters.group(3));
        long used = Math.min(limit, Long.parseLong(counters.group(4)));
        long missing = counters.group(5) == null ? 0 : used + Long.parseLong(counters.group(5)) - limit;
        double millis = delay != null && missing > 0 && unit.equals("tokens")
                ? (double) delay.toMillis() * used / missing
                : (double) span.toMillis() * used / Math.max(1, limit);
        Duration reset = RateLimitStatus.bounded(Duration.ofMillis((long) millis));
        return new Bucket(unit + "-" + counters.group(2), limit, limit - used, reset, true);
    }

    /// The reset of the bucket whose quota is exceeded according to the message; null if it is not reported.
    ///
    /// Cerebras, recorded 2026: "Tokens per minute limit exceeded - too many tokens processed." It counts the
    /// tokens that an answer may take, but does not report them. So a bucket that is not empty may be too low.
    static @Nullable Duration resetOfExceeded(RateLimitStatus rateLimitStatus, String message) {
        Matcher exceeded = EXCEEDED.matcher(message);
        if (!exceeded.find()) {
            return null;
        }
        String name = exceeded.group(1).toLowerCase(Locale.ROOT) + "-" + exceeded.group(2);
        return rateLimitStatus.buckets().stream()
                .filter(bucket -> bucket.name().equals(name))
                .findFirst()
                .map(Bucket::reset)
                .orElse(null);
    }

    /// The reset of an empty bucket without a name; null for none. OpenRouter's is a time in milliseconds
    /// (hydropix/TranslateBooksWithLLMs 125, 2026-05), Together's a number of seconds
    /// (`docs.together.ai/docs/rate-limits`).
    static @Nullable Duration resetOfUnnamed(Headers headers) {
        return "0".equals(headers.get(PREFIX + "remaining"))
                ? RetryAfterParser.of(headers, PREFIX + "reset", InstantSource.system())
                : null;
    }

    private static Bucket bucket(String name, long remaining, Headers headers) {
        String reset = headers.get(PREFIX + "reset-" + name);
        // May be a point in time, as in #resetOfUnnamed; no recording has one for a named bucket.
        Duration duration = reset == null ? null : RetryAfterParser.parse(reset);
        Duration until = duration != null
                ? duration
                : RetryAfterParser.of(headers, PREFIX + "reset-" + name, InstantSource.system());
        boolean hasWholeSeconds = reset != null && !reset.contains(".");
        boolean continuous =
                duration != null && (UNITS.matcher(reset).matches() || (hasWholeSeconds && !name.contains("-")));
        return new Bucket(
                name.replaceFirst("^req(?=-|$)", "requests"),
                count(headers.get(PREFIX + "limit-" + name)),
                remaining,
                until,
                continuous);
    }

    private static @Nullable Long count(@Nullable String text) {
        return text != null && COUNT.matcher(text).matches() ? Long.valueOf(text) : null;
    }
}
