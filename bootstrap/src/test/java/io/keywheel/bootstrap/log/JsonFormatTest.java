package io.keywheel.bootstrap.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFormatTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String REQUEST =
            "id={0} peer={1} client={2} api={3} method={4} path={5} status={6} outcome={7}"
                    + " attempts=\"{8}\" ms={9} tokens={10}";

    private final JsonFormat format = new JsonFormat(Optional::empty);

    private static LogRecord event(Level level, String message, Object... parameters) {
        var event = new LogRecord(level, message);
        event.setLoggerName("io.keywheel.pool");
        event.setInstant(Instant.parse("2026-11-25T02:14:03.12Z"));
        event.setParameters(parameters);
        return event;
    }

    /// Parses `line`, which must be one line of ASCII with one JSON object.
    private static JsonNode read(String line) {
        assertTrue(line.endsWith("}\n"), line);
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        assertTrue(line.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), line);
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private JsonNode message(String text) {
        return read(format.format(event(Level.INFO, text))).path("message");
    }

    @Test
    void json_line_starts_with_timestamp_and_level() {
        String line = format.format(event(Level.WARNING, "hello"));

        assertTrue(
                line.startsWith(
                        "{\"@timestamp\":\"2026-11-25T02:14:03.120Z\",\"log.level\":\"WARN\",\"message\":\"hello\""),
                line);
        assertEquals("io.keywheel.pool", read(line).path("log.logger").asText());
    }

    @ParameterizedTest
    @CsvSource({"SEVERE, ERROR", "WARNING, WARN", "INFO, INFO", "FINE, DEBUG"})
    void levels_have_the_same_names_as_in_text_logs(String level, String word) {
        JsonNode line = read(format.format(event(Level.parse(level), "hello")));

        assertEquals(word, line.path("log.level").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "\",\"x\":\"", "\ud83d\ude00", "{0}", "'"})
    void special_characters_are_escaped_into_one_line_and_round_trip(String text) {
        assertEquals("a" + text, message("a" + text).asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "\ude00\ud83d"})
    void lone_surrogate_becomes_the_replacement_character(String text) {
        assertEquals("\ufffd".repeat(text.length()), message(text).asText());
    }

    @Test
    void every_character_round_trips() {
        for (int from = 0; from <= 0xffff; from += 0x100) {
            String text = IntStream.range(from, from + 0x100)
                    .filter(c -> c < 0xd800 || c > 0xdfff)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
            assertEquals(text, message(text).asText());
        }
    }

    @Test
    void exception_is_written_as_error_fields() {
        LogRecord event = event(Level.SEVERE, "broken");
        event.setThrown(new IllegalStateException("why\n{\"log.level\":\"INFO\"}"));

        JsonNode line = read(format.format(event));

        assertEquals("java.lang.IllegalStateException", line.path("error.type").asText());
        assertEquals("why\n{\"log.level\":\"INFO\"}", line.path("error.message").asText());
        assertTrue(line.path("error.stack_trace").asText().contains("\tat "), line::toString);
    }

    @Test
    void exception_without_message_has_no_message_field() {
        LogRecord event = event(Level.SEVERE, "broken");
        event.setThrown(new IllegalStateException());

        assertFalse(read(format.format(event)).has("error.message"));
    }

    @Test
    void line_has_the_id_of_the_current_request() {
        var about = new JsonFormat(() -> Optional.of("r-1"));

        JsonNode line = read(about.format(event(Level.INFO, "hello")));
        assertEquals("r-1", line.path("http.request.id").asText());
        assertFalse(read(format.format(event(Level.INFO, "hello"))).has("http.request.id"));
    }

    @Test
    void request_log_values_are_written_as_named_fields() {
        Object[] values =
                "r-1-2|127.0.0.1:4|alice|json|POST|/api/chat|200|ok|groq/1:rate_limited, cerebras/1:ok|24|5+7=12"
                        .split("\\|", -1);

        JsonNode line = read(new JsonFormat(() -> Optional.of("r-1")).format(event(Level.INFO, REQUEST, values)));

        assertTrue(line.path("message").asText().startsWith("id=r-1-2 peer="), line::toString);
        assertEquals("alice", line.path("user.name").asText());
        assertEquals("json", line.path("keywheel.api").asText());
        Map.of(
                        "http.request.id", "r-1-2",
                        "source.address", "127.0.0.1:4",
                        "http.request.method", "POST",
                        "url.path", "/api/chat",
                        "http.response.status_code", "200",
                        "keywheel.outcome", "ok",
                        "keywheel.attempts", "groq/1:rate_limited, cerebras/1:ok",
                        "event.duration", "24000000",
                        "gen_ai.usage.input_tokens", "5",
                        "gen_ai.usage.output_tokens", "7")
                .forEach((field, value) -> assertEquals(value, line.path(field).asText(), field));
        for (String number : List.of("http.response.status_code", "event.duration", "gen_ai.usage.input_tokens")) {
            assertTrue(line.path(number).isNumber(), number);
        }
    }

    @Test
    void request_log_omits_empty_fields() {
        Object[] values = "r-1|127.0.0.1:4|-|other|GET|/x|404|not_found||0|-".split("\\|", -1);

        JsonNode line = read(format.format(event(Level.INFO, REQUEST, values)));

        assertFalse(line.has("user.name"));
        assertFalse(line.has("keywheel.attempts"));
        assertFalse(line.has("gen_ai.usage.input_tokens"));
    }
}
