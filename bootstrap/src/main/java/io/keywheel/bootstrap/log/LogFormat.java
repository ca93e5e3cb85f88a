package io.keywheel.bootstrap.log;

import io.keywheel.bootstrap.log.LogSettings.Detail;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/// The common parts of both log formats.
abstract class LogFormat extends Formatter {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    /// Supplies the id of the current thread's request.
    final Supplier<Optional<String>> request;

    LogFormat(Supplier<Optional<String>> request) {
        this.request = request;
    }

    /// In UTC, with milliseconds.
    static String time(LogRecord event) {
        return TIME.format(event.getInstant());
    }

    static String level(LogRecord event) {
        return Detail.of(event.getLevel()).name();
    }

    static String stackTrace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
