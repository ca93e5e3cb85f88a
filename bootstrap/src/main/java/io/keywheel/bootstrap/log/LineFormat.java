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

    private static final String REQUESTS = "io.keywheel.requests";

    /// The longest level has five letters.
    private static final int MESSAGE_AT = "2026-11-25T02:14:03.123Z ERROR ".length();

    LineFormat(Supplier<Optional<String>> request) {
        super(request);
    }

    @Override
    public String format(LogRecord event) {
        var line = new StringBuilder(256).append(time(event)).append(' ').append(level(event));
        line.repeat(' ', Math.max(1, MESSAGE_AT - line.length()));
        Object[] values = event.getParameters();
        boolean ofRequest = REQUESTS.equals(event.getLoggerName()) && values != null;
        line.append(plain(ofRequest ? filled(event.getMessage(), values) : formatMessage(event)));
        if (!ofRequest) {
            request().ifPresent(id -> line.append(" id=").append(plain(id)));
        }
        return line.append(System.lineSeparator()).append(trace(event)).toString();
    }

    /// The request log's line. Java's own formatter would read the pattern anew for each.
    private static String filled(String pattern, Object... values) {
        var filled = new StringBuilder(256);
        int from = 0;
        for (int open = pattern.indexOf('{'); open >= 0; open = pattern.indexOf('{', from)) {
            int close = pattern.indexOf('}', open);
            int place = Integer.parseInt(pattern, open + 1, close, 10);
            filled.append(pattern, from, open).append(values[place]);
            from = close + 1;
        }
        return filled.append(pattern, from, pattern.length()).toString();
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
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c < ' ' || c > '~') {
                return CONTROL.matcher(line).replaceAll(" ");
            }
        }
        return line;
    }
}
