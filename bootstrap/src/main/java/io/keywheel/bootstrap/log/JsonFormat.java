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

/// One JSON object a line, with the field names of the Elastic Common Schema.
final class JsonFormat extends Formatter {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String SCHEMA = "8.11.0";

    private final Supplier<Optional<String>> request;

    /// @param request the id of the request that the thread is about
    JsonFormat(Supplier<Optional<String>> request) {
        this.request = request;
    }

    @Override
    public String format(LogRecord event) {
        var line = new JsonLine()
                .text("@timestamp", TIME.format(event.getInstant()))
                .text("log.level", Severity.of(event.getLevel()).name())
                .text("message", String.valueOf(formatMessage(event)))
                .text("ecs.version", SCHEMA)
                .text("service.name", "keywheel")
                .text("log.logger", String.valueOf(event.getLoggerName()));
        RequestFields.of(event).addTo(line);
        request.get().ifPresent(id -> line.text(RequestFields.ID, id));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            line.text("error.type", thrown.getClass().getName());
            Optional.ofNullable(thrown.getMessage()).ifPresent(words -> line.text("error.message", words));
            line.text("error.stack_trace", trace(thrown));
        }
        return line.end();
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
