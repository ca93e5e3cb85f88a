package io.keywheel.adapters.llm.sdk;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the header `Retry-After`: whole seconds, or a date.
final class RetryAfter {

    /// Whatever a provider says: a key that is no use for longer is asked once a week.
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,30}");

    private RetryAfter() {}

    /// How long to wait from `now` on; null where it says nothing of use, as by a date that is over: then a
    /// clock is wrong, or the answer is old.
    static @Nullable Duration read(String text, Instant now) {
        String stripped = text.strip();
        return SECONDS.matcher(stripped).matches() ? seconds(stripped) : until(stripped, now);
    }

    private static Duration seconds(String digits) {
        return Duration.ofSeconds((long) Math.min(Double.parseDouble(digits), (double) LONGEST.toSeconds()));
    }

    private static @Nullable Duration until(String date, Instant now) {
        try {
            Duration wait = Duration.between(
                    now,
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            if (!wait.isPositive()) {
                return null;
            }
            return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        } catch (DateTimeParseException _) {
            return null;
        }
    }
}
