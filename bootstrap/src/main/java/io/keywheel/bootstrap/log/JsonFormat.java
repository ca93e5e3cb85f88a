package io.keywheel.bootstrap.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Formats each event as one line of JSON in printable ASCII, with the field names of the Elastic Common
/// Schema. The fields of a pattern, such as `status={4}` in the request log, become JSON fields.
final class JsonFormat extends LogFormat {

    private static final String SCHEMA = "8.11.0";
    private static final String REQUEST_ID = "http.request.id";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Pattern FIELD = Pattern.compile("(\\w+)=\"?\\{(\\d+)}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern TOKENS = Pattern.compile("(\\d{1,18})\\+(\\d{1,18})=\\d+");

    JsonFormat(Supplier<Optional<String>> request) {
        super(request);
    }

    @Override
    public String format(LogRecord event) {
        ObjectNode line = JSON.createObjectNode();
        text(line, "@timestamp", time(event));
        text(line, "log.level", level(event));
        text(line, "message", String.valueOf(formatMessage(event)));
        text(line, "ecs.version", SCHEMA);
        text(line, "service.name", "keywheel");
        text(line, "log.logger", String.valueOf(event.getLoggerName()));
        requestFields(line, fields(event));
        request.get().filter(_ -> !line.has(REQUEST_ID)).ifPresent(id -> text(line, REQUEST_ID, id));
        Throwable thrown = event.getThrown();
        if (thrown != null) {
            text(line, "error.type", thrown.getClass().getName());
            Optional.ofNullable(thrown.getMessage()).ifPresent(words -> text(line, "error.message", words));
            text(line, "error.stack_trace", stackTrace(thrown));
        }
        try {
            // Jackson does not escape DEL. A replacement in the line is safe, because DEL occurs only inside
            // strings.
            return JSON.writeValueAsString(line).replace("\u007f", "\\u007f") + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can always be written", e);
        }
    }

    private static Map<String, String> fields(LogRecord event) {
        var values = new HashMap<String, String>();
        Object[] parameters = event.getParameters();
        if (parameters != null && event.getMessage() != null) {
            Matcher field = FIELD.matcher(event.getMessage());
            while (field.find()) {
                int at = Integer.parseInt(field.group(2));
                if (at < parameters.length) {
                    values.put(field.group(1), String.valueOf(parameters[at]));
                }
            }
        }
        return values;
    }

    private static void requestFields(ObjectNode line, Map<String, String> values) {
        textIfAny(line, REQUEST_ID, values.get("id"));
        textIfAny(line, "source.address", values.get("peer"));
        if (!values.getOrDefault("client", "-").equals("-")) {
            textIfAny(line, "user.name", values.get("client"));
        }
        textIfAny(line, "keywheel.api", values.get("api"));
        textIfAny(line, "http.request.method", values.get("method"));
        textIfAny(line, "url.path", values.get("path"));
        number(line, "http.response.status_code", values.getOrDefault("status", ""), 1);
        textIfAny(line, "keywheel.outcome", values.get("outcome"));
        textIfAny(line, "keywheel.attempts", values.get("attempts"));
        number(line, "event.duration", values.getOrDefault("ms", ""), 1_000_000);
        Matcher tokens = TOKENS.matcher(values.getOrDefault("tokens", ""));
        if (tokens.matches()) {
            number(line, "gen_ai.usage.input_tokens", tokens.group(1), 1);
            number(line, "gen_ai.usage.output_tokens", tokens.group(2), 1);
        }
    }

    private static void textIfAny(ObjectNode line, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text(line, name, value);
        }
    }

    /// Replaces each lone surrogate with U+FFFD, because strict JSON parsers refuse it.
    private static void text(ObjectNode line, String name, String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_16BE);
        line.set(name, TextNode.valueOf(new String(encoded, StandardCharsets.UTF_16BE)));
    }

    private static void number(ObjectNode line, String name, String value, long factor) {
        if (NUMBER.matcher(value).matches()) {
            line.set(name, LongNode.valueOf(Long.parseLong(value) * factor));
        }
    }
}
