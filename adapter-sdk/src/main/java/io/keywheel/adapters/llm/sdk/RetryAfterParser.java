package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses retry delays: null for an unreadable text, and [RateLimitStatus#LONGEST_WINDOW] at most.
public final class RetryAfterParser {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,30}(?:\\.\\d{1,30})?");

    /// Seconds or milliseconds since 1970, from 2001 to 2286. Delays are never as long.
    private static final Pattern TIME = Pattern.compile("([1-9]\\d{9}(?:\\d{3})?)(?:\\.\\d{1,30})?");

    private static final Pattern RFC_3339 = Pattern.compile("^\\d{4}-");

    /// Also the two obsolete forms, which RFC 9110, 5.6.7, demands.
    private static final DateTimeFormatter HTTP_DATE = new DateTimeFormatterBuilder()
            .appendOptional(DateTimeFormatter.RFC_1123_DATE_TIME)
            .appendPattern("[EEEE, dd-MMM-yy HH:mm:ss 'GMT'][EEE MMM ppd HH:mm:ss yyyy]")
            .toFormatter(Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final int DIGITS_OF_SECONDS = 10;

    private static final Pattern GO_PART = Pattern.compile("(\\d{1,30}(?:\\.\\d{1,30})?) ?"
            + "(ns|us|µs|ms|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?)(?![a-zA-Z])");
    private static final Pattern GO = Pattern.compile("(?:(?:,? (?:and )?)?" + GO_PART.pattern() + "){1,7}");
    private static final Pattern IN_MESSAGE =
            Pattern.compile("(?i:(?:try again|retry) (?:in|after)|please wait(?: for)?) (" + GO.pattern() + ")");

    private RetryAfterParser() {}

    /// Groq: `2m59.56s`, `825ms`. Cerebras: `33011.38`, in seconds. Words: `20 seconds`. Null for a point in time.
    public static @Nullable Duration parse(String text) {
        String stripped = text.strip();
        if (TIME.matcher(stripped).matches()) {
            return null;
        }
        if (SECONDS.matcher(stripped).matches()) {
            return ofSeconds(Double.parseDouble(stripped));
        }
        return GO.matcher(stripped).matches() ? ofGo(stripped) : null;
    }

    /// As [#of(Headers, String, InstantSource)], for the header `Retry-After`.
    public static @Nullable Duration of(Headers headers, InstantSource clock) {
        return of(headers, "retry-after", clock);
    }

    /// The delay in the header `name`: seconds, a duration, or a date, by RFC 9110, RFC 3339 or in seconds since 1970.
    /// Null if it is missing, unreadable or not positive. A date counts from the answer's `Date` header, because
    /// clocks differ.
    public static @Nullable Duration of(Headers headers, String name, InstantSource clock) {
        String text = headers.get(name);
        if (text == null) {
            return null;
        }
        String dateHeader = headers.get("date");
        Instant date = dateHeader == null ? null : date(dateHeader);
        Duration delay = retryAfter(text, date == null ? clock.instant() : date);
        return delay != null && delay.isPositive() ? delay : null;
    }

    /// Some providers send the date as a number.
    static @Nullable Duration retryAfter(String text, Instant now) {
        Instant until = date(text);
        if (until == null) {
            return parse(text);
        }
        Duration left = Duration.between(now, until);
        return ofSeconds(Math.max(0, left.toSeconds() + left.toMillisPart() / 1000.0));
    }

    private static @Nullable Instant date(String text) {
        Matcher time = TIME.matcher(text);
        if (time.matches()) {
            long number = Long.parseLong(time.group(1));
            return time.group(1).length() == DIGITS_OF_SECONDS
                    ? Instant.ofEpochSecond(number)
                    : Instant.ofEpochMilli(number);
        }
        DateTimeFormatter form = RFC_3339.matcher(text).find() ? DateTimeFormatter.ISO_DATE_TIME : HTTP_DATE;
        try {
            return ZonedDateTime.parse(text, form).toInstant();
        } catch (DateTimeParseException _) {
            return null;
        }
    }

    /// The retry delay in a message. Groq, recorded 2026: "Please try again in 9m38.016s." Azure: "Please retry
    /// after 12 seconds." A number counts only after such a phrase, and with a unit.
    public static @Nullable Duration inMessage(String message) {
        Matcher matcher = IN_MESSAGE.matcher(message);
        return matcher.find() ? ofGo(matcher.group(1)) : null;
    }

    private static Duration ofGo(String text) {
        double seconds = 0;
        Matcher part = GO_PART.matcher(text);
        while (part.find()) {
            seconds += Double.parseDouble(part.group(1)) * unit(part.group(2));
        }
        return ofSeconds(seconds);
    }

    private static double unit(String name) {
        return switch (name.charAt(0)) {
            case 'h' -> 3600;
            case 'm' -> name.equals("ms") ? 1e-3 : 60;
            case 's' -> 1;
            case 'n' -> 1e-9;
            default -> 1e-6;
        };
    }

    /// Rounds up to a millisecond, because a request that is sent too early is refused again.
    private static Duration ofSeconds(double seconds) {
        double most = RateLimitStatus.LONGEST_WINDOW.toSeconds();
        return Duration.ofMillis((long) Math.ceil(Math.min(seconds, most) * 1000 - 1e-6));
    }
}
