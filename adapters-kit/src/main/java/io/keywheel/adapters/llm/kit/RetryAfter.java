package io.keywheel.adapters.llm.kit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// Reads the header `Retry-After`: whole seconds, or a date.
final class RetryAfter {

    /// Spending limits last until the first of the next month; more is nonsense.
    private static final Duration LONGEST = Duration.ofDays(31);

    private RetryAfter() {}

    /// How long to wait from `now` on; null where it says nothing of use, as by a date that is over: then a
    /// clock is wrong, or the answer is old.
    static @Nullable Duration read(String text, Instant now) {
        String stripped = text.strip();
        return stripped.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(stripped)) : until(stripped, now);
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
