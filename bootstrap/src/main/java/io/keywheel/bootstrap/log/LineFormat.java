package io.keywheel.bootstrap.log;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Formats lines such as `2026-11-25T02:14:03.123Z WARN  groq/1 retired until … id=…`, with the time in UTC and
/// the id of the request that caused the event.
///
/// One event is one line, except for an indented stack trace. Control characters, which could forge lines or
/// control the terminal, become blanks.
final class LineFormat extends LogFormat {

    /// Unicode's control characters, including bidirectional controls and line separators.
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static final String REQUESTS = "io.keywheel.requests";

    /// The column of the message; the longest level name has five letters.
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
            request.get().ifPresent(id -> line.append(" id=").append(plain(id)));
        }
        return line.append(System.lineSeparator()).append(trace(event)).toString();
    }

    /// Fills in the request log's pattern. Java's formatter would parse the pattern again for each line.
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
