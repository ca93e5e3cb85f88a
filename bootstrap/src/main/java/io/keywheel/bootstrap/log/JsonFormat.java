package io.keywheel.bootstrap.log;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.LogRecord;

/// One JSON object a line, with the field names of the Elastic Common Schema.
final class JsonFormat extends LogFormat {

    private static final String SCHEMA = "8.11.0";

    JsonFormat(Supplier<Optional<String>> request) {
        super(request);
    }

    @Override
    public String format(LogRecord event) {
        var line = new JsonLine()
                .text("@timestamp", time(event))
                .text("log.level", level(event))
                .text("message", String.valueOf(formatMessage(event)))
                .text("ecs.version", SCHEMA)
                .text("service.name", "keywheel")
                .text("log.logger", String.valueOf(event.getLoggerName()));
        RequestFields.of(event).addTo(line);
        request().ifPresent(id -> line.text(RequestFields.ID, id));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            line.text("error.type", thrown.getClass().getName());
            Optional.ofNullable(thrown.getMessage()).ifPresent(words -> line.text("error.message", words));
            line.text("error.stack_trace", stackTrace(thrown));
        }
        return line.end();
    }
}
