package io.keywheel.bootstrap.log;

import java.util.HashMap;
import java.util.Map;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The fields of a line that has some, as `status={4}` in its pattern: the request log does.
final class RequestFields {

    static final String ID = "http.request.id";

    private static final Pattern FIELD = Pattern.compile("(\\w+)=\"?\\{(\\d+)}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern TOKENS = Pattern.compile("(\\d{1,18})\\+(\\d{1,18})=\\d+");

    private final Map<String, String> values;

    private RequestFields(Map<String, String> values) {
        this.values = values;
    }

    static RequestFields of(LogRecord event) {
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
        return new RequestFields(values);
    }

    void addTo(JsonLine line) {
        text(line, "id", ID);
        text(line, "peer", "source.address");
        text(line, "method", "http.request.method");
        text(line, "path", "url.path");
        number(line, "status", "http.response.status_code", 1);
        text(line, "outcome", "keywheel.outcome");
        text(line, "attempts", "keywheel.attempts");
        number(line, "ms", "event.duration", 1_000_000);
        Matcher tokens = TOKENS.matcher(values.getOrDefault("tokens", ""));
        if (tokens.matches()) {
            line.number("gen_ai.usage.input_tokens", Long.parseLong(tokens.group(1)));
            line.number("gen_ai.usage.output_tokens", Long.parseLong(tokens.group(2)));
        }
    }

    private void text(JsonLine line, String name, String field) {
        String value = values.getOrDefault(name, "");
        if (!value.isEmpty()) {
            line.text(field, value);
        }
    }

    private void number(JsonLine line, String name, String field, long factor) {
        String value = values.getOrDefault(name, "");
        if (NUMBER.matcher(value).matches()) {
            line.number(field, Long.parseLong(value) * factor);
        }
    }
}
