package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.domain.failover.RequestLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void configured_values_are_used() {
        Settings settings = Reading.usable(
                "GROQ_API_KEYS=gsk_1",
                "KEYWHEEL_LOG=json",
                "KEYWHEEL_LOG_LEVEL=warn",
                "KEYWHEEL_CONNECT_TIMEOUT=3s",
                "KEYWHEEL_FIRST_TOKEN_TIMEOUT=4s",
                "KEYWHEEL_IDLE_TIMEOUT=5s",
                "KEYWHEEL_REQUEST_TIMEOUT=6s",
                "KEYWHEEL_DRAIN_TIMEOUT=7s",
                "KEYWHEEL_MAX_ATTEMPTS=8",
                "KEYWHEEL_MAX_WAIT=2s",
                "KEYWHEEL_MAX_WAITING=0",
                "KEYWHEEL_MAX_REQUESTS=7",
                "KEYWHEEL_TRANSPORT=helidon");

        assertEquals(new LogSettings(LogSettings.Style.JSON, LogSettings.Detail.WARN), settings.log());
        assertEquals(
                new RequestLimits(8, Duration.ofSeconds(2), 0, Duration.ofSeconds(6), Duration.ZERO),
                settings.limits());
        assertEquals(
                new Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(4), Duration.ofSeconds(5)),
                settings.providers().getFirst().settings().timeouts());
        assertEquals(
                Map.of("transport", "helidon"),
                settings.providers().getFirst().settings().options());
        assertEquals(Duration.ofSeconds(7), settings.drainTimeout());
        assertEquals(7, settings.listener().maxRequests());
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "2s, 2000", "5m, 300000", "0s, 0"})
    void a_duration_has_a_unit(String text, long millis) {
        assertEquals(
                Duration.ofMillis(millis),
                Reading.usable("KEYWHEEL_MAX_WAIT=" + text).limits().maxWait());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KEYWHEEL_MAX_WAIT=120s             | ''
                    KEYWHEEL_MAX_WAIT=121s             | KEYWHEEL_MAX_WAIT is longer than KEYWHEEL_REQUEST_TIMEOUT, which ends a wait, too
                    KEYWHEEL_FIRST_TOKEN_TIMEOUT=119s  | ''
                    KEYWHEEL_FIRST_TOKEN_TIMEOUT=120s  | KEYWHEEL_FIRST_TOKEN_TIMEOUT is not below KEYWHEEL_REQUEST_TIMEOUT, which leaves no time for another attempt
                    KEYWHEEL_ACCESS_TOKENS=0123456789abcdef,,canary-token-15 | KEYWHEEL_ACCESS_TOKENS, entry 3: has fewer than 16 characters and could be guessed; './keywheel token NAME' makes a longer one
                    KEYWHEEL_ACCESS_TOKENS=0123456789abcdef; KEYWHEEL_HOST=::1     | ''
                    KEYWHEEL_ACCESS_TOKENS=0123456789abcdef; KEYWHEEL_HOST=0.0.0.0 | KEYWHEEL_HOST is not a loopback address, and clients speak plain HTTP: tokens, prompts and answers can be read on the way. Set KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY, or put a proxy with TLS in front as the only way in
                    """)
    void valid_setting_that_is_probably_wrong_is_a_warning(String settings, String warning) {
        String[] all = ("GROQ_API_KEYS=k; " + settings).split("; ", -1);

        assertEquals(warning, String.join("; ", Reading.of(all).warnings()));
    }

    @Test
    void changed_settings_are_listed_by_name_and_to_string_has_no_values() {
        Settings before = Reading.usable("GROQ_API_KEYS=gsk_canary", "KEYWHEEL_MAX_WAIT=1s");
        Settings after = Reading.usable("GROQ_API_KEYS=gsk_canary", "KEYWHEEL_MODELS=a=groq");

        assertEquals(List.of("KEYWHEEL_MAX_WAIT", "KEYWHEEL_MODELS"), after.changedSince(before));
        assertEquals("Settings[2 variables]", before.toString());
    }

    @ParameterizedTest
    @CsvSource({"off, 0", "1s, 1000", "60m, 3600000"})
    void affinity_is_off_or_a_duration(String text, long millis) {
        assertEquals(
                Duration.ofMillis(millis),
                Reading.usable("KEYWHEEL_AFFINITY=" + text).limits().affinity());
    }

    @ParameterizedTest
    @CsvSource({"4MiB, 4194304", "512KiB, 524288", "1000, 1000", "1GiB, 1073741824"})
    void a_size_has_a_unit_or_counts_bytes(String text, int bytes) {
        assertEquals(bytes, Reading.listener("KEYWHEEL_MAX_BODY=" + text).maxBody());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KEYWHEEL_LOG | xml | must be text or json
                    KEYWHEEL_LOG_LEVEL | all | must be error, warn, info or debug
                    KEYWHEEL_MAX_WAIT | 5,5 hours,-1s,1.5s,s,99999999999s,1441m | must be a duration such as 500ms, 2s or 5m, zero or more and at most one day
                    KEYWHEEL_IDLE_TIMEOUT | 0s | must be a duration
                    KEYWHEEL_AFFINITY | on,0s,999ms,61m,5 | must be off, or a duration such as 5m, from 1s to 60m
                    KEYWHEEL_MAX_WAITING | -1,1.5,all,1000001 | must be a whole number from 0 to 1000000
                    KEYWHEEL_MAX_REQUESTS | -1,1.5,many,1000001 | must be a whole number from 0 to 1000000
                    KEYWHEEL_HOST | 127.0.0.1:8080 | is '127.0.0.1:8080', but must be a host's name or address, such as 127.0.0.1, without a scheme or port
                    KEYWHEEL_SHARED_STATE | store:6379 | must begin with redis:// or, for TLS, rediss://
                    KEYWHEEL_PORT | -1,65536,http,80 80,80s | must be a whole number from 0 to 65535
                    KEYWHEEL_MAX_BODY | 0,4MB,2GiB,-1,many | must be a size
                    KEYWHEEL_CORS_ORIGINS | *,null,a.example,https://a.example/,https://a.example/app,app://a/b,file://,ws://a.example,wss://a.example | , entry 1
                    """)
    void malformed_value_is_a_problem(String name, String values, String problem) {
        for (String value : values.split(",", -1)) {
            String said = Reading.of(name + "=" + value)
                    .assertProblemBegins(name)
                    .problems()
                    .getFirst();

            assertTrue(said.contains(problem), said);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    KEYWHEEL_HOST | me:pw@10.0.0.1
                    KEYWHEEL_PORT | sk-1234
                    KEYWHEEL_PORT | gsk_1234
                    KEYWHEEL_LOG | csk-in-a-wrong-place
                    KEYWHEEL_LOG | 'text\r\nforged'
                    """)
    void problem_hides_a_malformed_value_that_may_be_a_secret_or_a_line(String name, String value) {
        Reading.of(name + "=" + value).assertProblemBegins(name + " must be ").assertHides(value);
    }

    @Test
    void max_requests_above_the_heap_capacity_is_a_warning() {
        int room = HttpGateway.chatsForHeap();

        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_MAX_REQUESTS=" + room).assertWarnings();
        Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_MAX_REQUESTS=" + (room + 1))
                .assertWarnings("KEYWHEEL_MAX_REQUESTS is more than the " + room
                        + " that the heap has room for: memory may run out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"})
    void a_loopback_host_needs_no_tokens(String host) {
        assertFalse(Reading.listener("KEYWHEEL_HOST=" + host).host().isEmpty());
    }

    /// Java listens there, and its clients send that address.
    @ParameterizedTest
    @ValueSource(
            strings = {"::ffff:127.0.0.1", "[::FFFF:127.0.0.1]", "::ffff:7f00:1", "0:0:0:0:0:ffff:127.0.0.1", "127.1"})
    void ipv4_address_in_a_rare_form_is_that_address(String host) {
        assertEquals("127.0.0.1", Reading.listener("KEYWHEEL_HOST=" + host).host());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "::", "::ffff:1", "fe80::1:2", "192.168.0.7", "gateway.example", "localhost.example"})
    void any_other_host_needs_tokens(String host) {
        assertTrue(Reading.of("KEYWHEEL_HOST=" + host).problems().getFirst().contains("KEYWHEEL_ACCESS_TOKENS"));
        assertEquals(
                host,
                Reading.listener("KEYWHEEL_HOST=" + host, "KEYWHEEL_ACCESS_TOKENS=t")
                        .host());
    }

    @Test
    void empty_list_of_tokens_is_a_problem() {
        Reading.of("KEYWHEEL_ACCESS_TOKENS=,").assertProblems("KEYWHEEL_ACCESS_TOKENS is set, but holds no token");
    }

    @ParameterizedTest
    @CsvSource({
        "https://chat.example, https://chat.example",
        "HTTPS://Chat.Example, https://chat.example",
        "https://chat.example:443, https://chat.example",
        "http://chat.example:80, http://chat.example",
        "http://chat.example:443, http://chat.example:443",
        "http://localhost:3000, http://localhost:3000",
        "http://[::1]:3000, http://[::1]:3000",
        "app://obsidian.md, app://obsidian.md",
        "moz-extension://0f3a2b1c-9d8e, moz-extension://0f3a2b1c-9d8e"
    })
    void origin_is_normalized_to_the_form_sent_by_browsers(String written, String sent) {
        assertEquals(
                List.of("https://a.example", sent),
                Reading.listener("KEYWHEEL_CORS_ORIGINS=https://a.example, " + written)
                        .origins());
    }

    @Test
    void shared_state_is_off_by_default_and_the_salt_has_a_default() {
        assertTrue(Reading.usable().sharedState().isEmpty());
        var store = Reading.usable("KEYWHEEL_SHARED_STATE=redis://store").sharedState();
        assertEquals("keywheel", store.orElseThrow().salt());
    }

    @ParameterizedTest
    @CsvSource({
        "KEYWHEEL_SHARED_STATE, redis://:secret@other, a",
        "KEYWHEEL_SHARED_STATE_SALT, redis://store, secret",
    })
    void another_store_or_salt_requires_a_restart(String variable, String store, String salt) {
        Settings running = Reading.usable("KEYWHEEL_SHARED_STATE=redis://store", "KEYWHEEL_SHARED_STATE_SALT=a");
        Settings changed = Reading.usable("KEYWHEEL_SHARED_STATE=" + store, "KEYWHEEL_SHARED_STATE_SALT=" + salt);

        assertEquals(List.of(variable), changed.needRestartAfter(running));
        assertFalse(changed.requireRestart().toString().contains("secret"));
    }

    @Test
    void variable_of_traces_that_is_set_changed_or_removed_requires_a_restart() {
        String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
        Settings without = Reading.usable();
        Settings with = Reading.usable(endpoint + "=http://127.0.0.1:4318");
        Settings other = Reading.usable(endpoint + "=http://127.0.0.1:4319");

        assertEquals(List.of(), with.needRestartAfter(with));
        assertEquals(List.of(endpoint), with.needRestartAfter(without));
        assertEquals(List.of(endpoint), other.needRestartAfter(with));
        assertEquals(List.of(endpoint), without.needRestartAfter(with));
    }
}
