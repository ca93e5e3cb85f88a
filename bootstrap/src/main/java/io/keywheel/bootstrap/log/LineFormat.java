package io.keywheel.bootstrap.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `2026-11-25T02:14:03.123Z WARN  groq/1 retired until … id=…`, the time in UTC, the id that of the
/// request it came of.
///
/// One event is one line, whatever is in it: a control character would let whoever chose the text write lines
/// of their own, or speak to the terminal. Only a stack trace takes more, indented.
final class LineFormat extends Formatter {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// Unicode's, with those that turn a line's direction or end it.
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private final Supplier<Optional<String>> request;

    /// @param request the id of the request that the thread is about
    LineFormat(Supplier<Optional<String>> request) {
        this.request = request;
    }

    @Override
    public String format(LogRecord event) {
        String message = plain(formatMessage(event)) + concern(event);
        return "%s %-5s %s%n%s"
                .formatted(TIME.format(event.getInstant()), Severity.of(event.getLevel()), message, trace(event));
    }

    /// The request log begins with the id.
    private String concern(LogRecord event) {
        return event.getMessage() != null && event.getMessage().startsWith("id=")
                ? ""
                : request.get().map(id -> " id=" + plain(id)).orElse("");
    }

    private static String trace(LogRecord event) {
        if (event.getThrown() == null) {
            return "";
        }
        var text = new StringWriter();
        event.getThrown().printStackTrace(new PrintWriter(text));
        return text.toString().lines().map(line -> "    " + plain(line) + "\n").collect(Collectors.joining());
    }

    private static String plain(String line) {
        return CONTROL.matcher(line).replaceAll(" ");
    }
}
