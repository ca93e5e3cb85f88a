package io.keywheel.bootstrap.log;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `2026-11-25T02:14:03.123Z WARN  groq/1 retired until … id=…`, with the time in UTC and the id of the
/// request that caused it.
///
/// One event is one line: control characters, which could forge lines or steer the terminal, become blanks. Only a
/// stack trace takes more lines, indented.
final class LineFormat extends LogFormat {

    /// Unicode's, with those that turn a line's direction or end it.
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    LineFormat(Supplier<Optional<String>> request) {
        super(request);
    }

    @Override
    public String format(LogRecord event) {
        String message = plain(formatMessage(event)) + concern(event);
        return "%s %-5s %s%n%s".formatted(time(event), level(event), message, trace(event));
    }

    /// The request log begins with the id.
    private String concern(LogRecord event) {
        return event.getMessage() != null && event.getMessage().startsWith("id=")
                ? ""
                : request().map(id -> " id=" + plain(id)).orElse("");
    }

    private static String trace(LogRecord event) {
        return event.getThrown() == null
                ? ""
                : stackTrace(event.getThrown())
                        .lines()
                        .map(line -> "    " + plain(line) + "\n")
                        .collect(Collectors.joining());
    }

    private static String plain(String line) {
        return CONTROL.matcher(line).replaceAll(" ");
    }
}
