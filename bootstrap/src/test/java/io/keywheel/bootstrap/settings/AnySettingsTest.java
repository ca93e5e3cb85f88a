package io.keywheel.bootstrap.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random settings are either usable or reported as problems. [Fuzz] sets the duration.
class AnySettingsTest {

    private static final String SECRET = "gsk_canary7";

    private static final List<String> FILES = List.of("""
            # keys
            GROQ_API_KEYS=gsk_one@team,"gsk_two" , gsk_three
            CEREBRAS_API_KEYS='csk-one'
            KEYWHEEL_PROVIDERS=groq,cerebras,house
            HOUSE_BASE_URL=https://llm.example:8443/v1
            HOUSE_DEFAULT_MODEL=org/model:tag   # ours
            """, """
            KEYWHEEL_HOST=0.0.0.0
            KEYWHEEL_PORT=0
            KEYWHEEL_ACCESS_TOKENS="a,b"
            KEYWHEEL_CLIENTS="a: 60rpm 8 at once, see all, models smart groq/*; *: 5tpd"
            KEYWHEEL_CONNECT_TIMEOUT=500ms
            KEYWHEEL_REQUEST_TIMEOUT=2m
            KEYWHEEL_MAX_BODY=4MiB
            KEYWHEEL_MAX_ATTEMPTS=3
            KEYWHEEL_TRANSPORT=helidon
            KEYWHEEL_CORS_ORIGINS=https://chat.example,http://localhost:3000
            """);

    @Test
    void random_env_file_is_usable_or_reports_problems(@TempDir Path directory) {
        Path file = directory.resolve(".env");
        Fuzz.run(FILES, bytes -> {
            Files.write(file, bytes);
            assertReported(Reading.of(file).report());
        });
    }

    @Test
    void random_values_are_usable_or_report_problems() {
        Fuzz.run(FILES, bytes -> assertReported(Settings.read(variables(bytes), UnopenedProvider.THREE)));
    }

    @Test
    void report_never_contains_a_key() {
        List<String> lists =
                List.of(SECRET + ",gsk_two@team", "'" + SECRET + "'@team,\"b\"", "a@b@c, " + SECRET + " ,," + SECRET);
        Fuzz.run(lists, bytes -> {
            String keys = Stream.of(new String(bytes, UTF_8).split(",", -1))
                    .map(AnySettingsTest::withoutSecretGroup)
                    .collect(joining(","));
            String words = Reading.of("GROQ_API_KEYS=" + keys, "KEYWHEEL_ACCESS_TOKENS=" + keys)
                    .allWords();
            assertFalse(words.contains(SECRET), words);
        });
    }

    /// After an @ it would be a group name, which is shown on purpose.
    private static String withoutSecretGroup(String key) {
        int at = key.indexOf('@');
        int secret = key.lastIndexOf(SECRET);
        return at >= 0 && secret > at ? key.substring(0, at + 1) + key.substring(secret + SECRET.length()) : key;
    }

    @Test
    void key_list_with_many_blanks_is_parsed_within_the_timeout() {
        assertReported(Reading.of("GROQ_API_KEYS=a" + " ".repeat(200_000) + "b").report());
    }

    private static void assertReported(SettingsReport report) {
        assertTrue(report.settings().isPresent() != !report.problems().isEmpty(), report::toString);
        report.problems().forEach(problem -> assertTrue(problem.length() < 10_000, problem));
    }

    private static Map<String, String> variables(byte[] bytes) {
        var variables = new HashMap<String, String>();
        new String(bytes, UTF_8)
                .lines()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> variables.put(pair[0], pair[1]));
        return variables;
    }
}
