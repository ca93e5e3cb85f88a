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

    private static final String LONG_TOKEN = "0123456789abcdef";

    @Test
    void everything_has_its_documented_default() {
        Settings settings = Reading.usable("GROQ_API_KEYS=gsk_1");

        ListenerSettings listener = settings.listener();
        assertEquals("127.0.0.1:8080", listener.host() + ":" + listener.port());
        assertTrue(listener.tokens().isEmpty());
        assertEquals(4 * 1024 * 1024, listener.maxBody());
        assertEquals(0, listener.maxRequests());
        assertEquals(List.of(), listener.origins());
        assertEquals(new RequestLimits(0, Duration.ZERO, 1000, Duration.ofMinutes(2)), settings.limits());
        assertEquals(Duration.ofSeconds(30), settings.drainTimeout());
        assertEquals(LogSettings.DEFAULT, settings.log());
        var groq = settings.providers().getFirst().settings();
        assertEquals(
                new Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30)), groq.timeouts());
        assertEquals(Map.of("transport", "jdk"), groq.options());
    }

    @Test
    void the_log_is_written_as_set() {
        assertEquals(
                new LogSettings(LogSettings.Style.JSON, LogSettings.Detail.WARN),
                Reading.usable("KEYWHEEL_LOG=json", "KEYWHEEL_LOG_LEVEL=warn").log());
    }

    @Test
    void a_log_that_is_none_is_a_problem() {
        assertEquals(
                List.of(
                        "KEYWHEEL_LOG must be text or json",
                        "KEYWHEEL_LOG_LEVEL must be error or warn or info or debug"),
                Reading.of("KEYWHEEL_LOG=xml", "KEYWHEEL_LOG_LEVEL=all").problems());
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "2s, 2000", "5m, 300000", "0s, 0"})
    void a_duration_has_a_unit(String text, long millis) {
        assertEquals(
                Duration.ofMillis(millis),
                Reading.usable("KEYWHEEL_MAX_WAIT=" + text).limits().maxWait());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5 hours", "-1s", "1.5s", "s", "99999999999s", "1441m"})
    void a_duration_of_another_form_is_a_problem(String text) {
        assertEquals(
                List.of(
                        "KEYWHEEL_MAX_WAIT must be a duration such as 500ms, 2s or 5m, zero or more and at most one day"),
                Reading.of("KEYWHEEL_MAX_WAIT=" + text).problems());
    }

    @Test
    void the_number_of_those_who_wait_is_bounded_as_set() {
        assertEquals(7, Reading.usable("KEYWHEEL_MAX_WAITING=7").limits().maxWaiting());
        assertEquals(0, Reading.usable("KEYWHEEL_MAX_WAITING=0").limits().maxWaiting());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "all", "1000001"})
    void a_number_of_those_who_wait_out_of_range_is_a_problem(String text) {
        assertEquals(
                List.of("KEYWHEEL_MAX_WAITING must be a whole number from 0 to 1000000"),
                Reading.of("KEYWHEEL_MAX_WAITING=" + text).problems());
    }

    @Test
    void the_number_of_requests_at_once_is_bounded_as_set() {
        assertEquals(7, Reading.usable("KEYWHEEL_MAX_REQUESTS=7").listener().maxRequests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "many", "1000001"})
    void a_number_of_requests_out_of_range_is_a_problem(String text) {
        assertEquals(
                List.of("KEYWHEEL_MAX_REQUESTS must be a whole number from 0 to 1000000"),
                Reading.of("KEYWHEEL_MAX_REQUESTS=" + text).problems());
    }

    @Test
    void more_requests_than_the_heap_has_room_for_are_warned_of() {
        int room = HttpGateway.roomForRequests();

        assertEquals(
                List.of(),
                Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_MAX_REQUESTS=" + room).warnings());
        assertEquals(
                List.of("KEYWHEEL_MAX_REQUESTS is more than the " + room
                        + " that the heap has room for: memory may run out"),
                Reading.of("GROQ_API_KEYS=k", "KEYWHEEL_MAX_REQUESTS=" + (room + 1))
                        .warnings());
    }

    @Test
    void a_timeout_of_nothing_is_a_problem() {
        assertEquals(1, Reading.of("KEYWHEEL_IDLE_TIMEOUT=0s").problems().size());
    }

    @ParameterizedTest
    @CsvSource({"4MiB, 4194304", "512KiB, 524288", "1000, 1000", "1GiB, 1073741824"})
    void a_size_has_a_unit_or_counts_bytes(String text, int bytes) {
        assertEquals(
                bytes, Reading.usable("KEYWHEEL_MAX_BODY=" + text).listener().maxBody());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4MB", "2GiB", "-1", "many"})
    void a_size_of_another_form_is_a_problem(String text) {
        assertEquals(1, Reading.of("KEYWHEEL_MAX_BODY=" + text).problems().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", "80 80"})
    void a_port_out_of_range_is_a_problem(String text) {
        assertEquals(
                List.of("KEYWHEEL_PORT must be a whole number from 0 to 65535"),
                Reading.of("KEYWHEEL_PORT=" + text).problems());
    }

    @Test
    void all_problems_are_told_at_once() {
        var report = Reading.of("KEYWHEEL_PORT=x", "KEYWHEEL_MAX_WAIT=x", "KEYWHEEL_TRANSPORT=x", "GROQ_BASE_URL=x");

        assertEquals(4, report.problems().size());
        assertTrue(report.settings().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"})
    void a_loopback_host_needs_no_tokens(String host) {
        assertFalse(Reading.usable("KEYWHEEL_HOST=" + host).listener().host().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.0.7", "gateway.example", "localhost.example"})
    void any_other_host_needs_tokens(String host) {
        assertTrue(Reading.of("KEYWHEEL_HOST=" + host).problems().getFirst().contains("KEYWHEEL_ACCESS_TOKENS"));
        assertEquals(
                host,
                Reading.usable("KEYWHEEL_HOST=" + host, "KEYWHEEL_ACCESS_TOKENS=t")
                        .listener()
                        .host());
    }

    @Test
    void tokens_that_travel_readable_are_warned_of() {
        List<String> warnings = Reading.of("KEYWHEEL_HOST=0.0.0.0", "KEYWHEEL_ACCESS_TOKENS=" + LONG_TOKEN)
                .warnings();

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().contains("tokens, prompts and answers can be read on the way"));
        assertEquals(
                List.of(),
                Reading.of("KEYWHEEL_HOST=::1", "KEYWHEEL_ACCESS_TOKENS=" + LONG_TOKEN)
                        .warnings());
    }

    @Test
    void a_token_of_fewer_than_sixteen_characters_is_warned_of_by_its_place() {
        List<String> warnings = Reading.of("KEYWHEEL_ACCESS_TOKENS=" + LONG_TOKEN + ",,canary-token-15")
                .warnings();

        assertEquals(
                List.of("KEYWHEEL_ACCESS_TOKENS, entry 3: has fewer than 16 characters and could be guessed;"
                        + " 'openssl rand -hex 24' makes a longer one"),
                warnings);
    }

    @Test
    void a_short_key_of_a_provider_is_not_ours_to_judge() {
        assertEquals(List.of(), Reading.of("GROQ_API_KEYS=k").warnings());
    }

    @Test
    void tokens_are_told_apart_by_commas() {
        var tokens = Reading.usable("KEYWHEEL_ACCESS_TOKENS= one , \"two\",,one")
                .listener()
                .tokens();

        assertEquals(List.of("one", "two"), tokens.reveal());
    }

    @Test
    void a_list_of_tokens_without_a_token_is_a_problem() {
        assertEquals(
                List.of("KEYWHEEL_ACCESS_TOKENS is set, but holds no token"),
                Reading.of("KEYWHEEL_ACCESS_TOKENS=,").problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "null", "chat.example", "https://chat.example/", "https://chat.example/app"})
    void an_origin_is_exact(String origin) {
        assertEquals(
                1,
                Reading.of("KEYWHEEL_CORS_ORIGINS=https://a.example," + origin)
                        .problems()
                        .size());
    }

    @Test
    void origins_keep_their_ports() {
        assertEquals(
                List.of("https://chat.example", "http://localhost:3000"),
                Reading.usable("KEYWHEEL_CORS_ORIGINS=https://chat.example, http://localhost:3000")
                        .listener()
                        .origins());
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS://Chat.Example, https://chat.example",
        "https://chat.example:443, https://chat.example",
        "http://chat.example:80, http://chat.example",
        "http://chat.example:443, http://chat.example:443",
        "http://[::1]:3000, http://[::1]:3000"
    })
    void an_origin_is_read_as_a_browser_writes_it(String written, String sent) {
        assertEquals(
                List.of(sent),
                Reading.usable("KEYWHEEL_CORS_ORIGINS=" + written).listener().origins());
    }

    @Test
    void a_blank_value_counts_as_not_set() {
        assertEquals(8080, Reading.usable("KEYWHEEL_PORT= ").listener().port());
    }
}
