package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.names.NoReverseDnsResolver;
import io.keywheel.certificates.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MainTest {

    private static final String CANARY = "gsk_canary-77aa";

    /// Runs `check` with one key, `k`, and these settings.
    private static Recorded check(String... settings) {
        return run("check", settings);
    }

    private static Recorded run(String command, String... settings) {
        var environment = new HashMap<>(Environment.of("GROQ_API_KEYS=k"));
        environment.putAll(Environment.of(settings));
        return Recorded.run(command, environment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sevre", "serve now", "check --dead", "demo", "token", "token a b"})
    void unknown_command_prints_the_known_commands(String command) {
        var run = Recorded.run(command, Map.of());

        assertEquals(2, run.status());
        assertTrue(run.err().contains("serve, check [--live] and token NAME"), run.err());
    }

    @Test
    void serve_without_keys_names_the_key_variables_and_the_demo() {
        var run = Recorded.run("serve", Map.of());

        assertEquals(2, run.status());
        assertEquals(1, Recorded.run("check", Map.of()).status());
        assertTrue(run.err().contains("GROQ_API_KEYS or CEREBRAS_API_KEYS"), run.err());
        assertTrue(run.err().contains("https://console.groq.com/keys or https://cloud.cerebras.ai"), run.err());
        assertTrue(run.err().contains("./keywheel demo"), run.err());
    }

    @Test
    @ResourceLock(NoReverseDnsResolver.GATEWAY)
    void serve_sets_the_gateway_system_property() {
        System.clearProperty(NoReverseDnsResolver.GATEWAY);

        Recorded.run("serve", Map.of());

        assertEquals("true", System.getProperty(NoReverseDnsResolver.GATEWAY));
    }

    @Test
    void serve_with_bad_settings_names_every_variable_without_secrets() {
        var run = run("serve", "GROQ_API_KEYS=" + CANARY + " x", "KEYWHEEL_PORT=" + CANARY);

        assertEquals(2, run.status());
        assertTrue(run.err().contains("GROQ_API_KEYS") && run.err().contains("KEYWHEEL_PORT"), run.err());
        assertFalse(run.err().contains(CANARY), run.err());
    }

    @Test
    void serve_on_a_used_port_reports_the_conflict() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            var run = run("serve", "KEYWHEEL_PORT=" + port);

            assertEquals(2, run.status());
            assertEquals(
                    "Cannot listen on 127.0.0.1, port " + port
                            + " (KEYWHEEL_HOST, KEYWHEEL_PORT): another program has it",
                    run.err().strip());
        }
    }

    @Test
    void serve_on_an_unresolvable_host_reports_the_unknown_host() {
        var run = run("serve", "KEYWHEEL_HOST=no.such.host.invalid", "KEYWHEEL_ACCESS_TOKENS=t");

        assertEquals(2, run.status());
        assertEquals(
                "Cannot listen on no.such.host.invalid, port 8080 (KEYWHEEL_HOST, KEYWHEEL_PORT): there is no such host",
                run.err().strip());
    }

    @Test
    void check_prints_key_slots_and_fingerprints_without_keys() {
        var run = check("GROQ_API_KEYS=abc@team," + CANARY, "GROQ_API_KEY=" + CANARY);

        assertEquals(0, run.status());
        assertTrue(run.out().matches("(?s).*groq/1  ba7816bf  group team\n.*groq/2  .*"), run.out());
        assertTrue(run.out().contains("default model openai/gpt-oss-120b"), run.out());
        assertTrue(run.out().endsWith("No key was tried; './keywheel check --live' tries each.\n"), run.out());
        assertTrue(run.out().contains("warning: GROQ_API_KEY is not a setting"), run.out());
        assertFalse((run.out() + run.err()).contains(CANARY));
    }

    @Test
    void check_warns_that_traces_are_disabled_by_a_bad_endpoint() {
        var run = check("OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318");

        String words = "warning: no traces would be sent: OTLP endpoint must be a valid URL";
        assertTrue(run.out().contains(words), run.out());
    }

    @Test
    void check_lists_each_client_with_its_limits_and_models() {
        var run = check(
                "KEYWHEEL_ACCESS_TOKENS=alice=" + CANARY + "-1,alice=" + CANARY + "-2," + CANARY + "-3",
                "KEYWHEEL_CLIENTS=alice: 8 at once 60rpm, models smart; bob: see all; *: 5rpm");

        assertEquals(0, run.status());
        assertTrue(
                run.out().contains("\nclient alice, with 2 access tokens: 60rpm 8 at once, models smart\n"), run.out());
        assertTrue(run.out().contains("\nclient client-3, with 1 access token: 5rpm\n"), run.out());
        assertTrue(run.out().contains("\nwarning: KEYWHEEL_CLIENTS, bob: no token"), run.out());
        assertFalse((run.out() + run.err()).contains(CANARY));
        var open = check("KEYWHEEL_CLIENTS=*: 5rpm");
        assertTrue(open.out().contains("\nevery client: 5rpm\n"), open.out());
    }

    @Test
    void token_command_prints_a_new_token_and_a_setting_that_accepts_its_hash() {
        var run = Recorded.run("token alice", Map.of());
        var other = Recorded.run("token alice", Map.of());

        assertEquals(0, run.status());
        List<String> lines = run.out().lines().map(String::strip).toList();
        assertTrue(lines.get(1).matches("kw-[0-9a-f]{48}"), run.out());
        assertNotEquals(lines.get(1), other.out().lines().toList().get(1).strip());
        var check = check("KEYWHEEL_ACCESS_TOKENS=" + lines.get(3) + ",bob=" + lines.get(1));
        assertTrue(check.out().contains("client alice, with 1 access token: no limits"), check.out());
        assertTrue(check.out().contains("entry 2: repeats an earlier entry"), "the hash is the token's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token Alice", "token a=b", "token --help", "token "})
    void token_command_rejects_an_invalid_client_name(String command) {
        var run = Recorded.run(command, Map.of());

        assertEquals(2, run.status());
        assertEquals(
                "A client's name has up to 32 of a-z, 0-9 and -, which is not the first",
                run.err().strip());
    }

    @Test
    void check_prints_the_request_limit_and_warns_about_plain_http() {
        var usual = check();
        var open = check(
                "KEYWHEEL_MAX_REQUESTS=77",
                "KEYWHEEL_HOST=0.0.0.0",
                "KEYWHEEL_PORT=0",
                "KEYWHEEL_ACCESS_TOKENS=" + CANARY);

        assertEquals(0, open.status());
        assertTrue(usual.out().matches("(?s).*for up to [1-9]\\d* requests at once.*"), usual.out());
        assertTrue(open.out().contains("for up to 77 requests at once"), open.out());
        assertTrue(
                open.out().contains("port 0 (a free one, printed at the start), over plain HTTP, with 1 access token,"),
                open.out());
        assertTrue(open.out().contains("warning: KEYWHEEL_HOST is not a loopback address, and"), open.out());
    }

    @Test
    void check_prints_the_certificate_subject_and_its_expiry(@TempDir Path directory) throws Exception {
        var identity = Authority.in(directory).expired("gateway.example");

        var run = check("KEYWHEEL_TLS_CERT=" + identity.certificate(), "KEYWHEEL_TLS_KEY=" + identity.key());

        assertTrue(run.out().contains("port 8080, over TLS, without access tokens"), run.out());
        assertTrue(run.out().contains("notice: the TLS certificate is for gateway.example, until "), run.out());
        assertTrue(run.out().contains("warning: the TLS certificate expired on "), run.out());
    }

    @Test
    void check_probes_the_usage_directory_without_creating_it(@TempDir Path directory) throws IOException {
        Path data = directory.resolve("data");
        Path text = Files.writeString(directory.resolve("text"), "").resolve("data");
        var run = check("KEYWHEEL_DATA=" + data);
        var bad = check("KEYWHEEL_DATA=" + text);

        assertEquals(0, run.status());
        assertTrue(run.out().contains("usage would be kept in " + data + " for 90 days\n"), run.out());
        assertFalse(Files.exists(data));
        assertEquals(1, bad.status());
        assertTrue(bad.err().contains("problem: KEYWHEEL_DATA: nothing can be written to " + text), bad.err());
    }

    @Test
    void check_lists_adapters_by_origin_and_warns_about_a_broken_jar(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("bad.jar"), "nothing that is a jar");

        var run = check("KEYWHEEL_ADAPTERS=" + folder);

        assertEquals(0, run.status());
        assertTrue(
                run.out().contains("\nadapters in module io.keywheel.adapters.llm: groq, cerebras, compatible\n"),
                run.out());
        assertTrue(run.out().contains("warning: bad.jar cannot be used: ZipException: zip END header not found"));
    }

    @Test
    void check_with_problems_prints_the_readable_providers() {
        var run = check("GROQ_API_KEYS=abc@team", "CEREBRAS_API_KEYS=" + CANARY + " x", "KEYWHEEL_PORT=http");

        assertEquals(1, run.status());
        assertTrue(run.out().contains("of these settings, this much can be read:\ngroq at https://"), run.out());
        assertTrue(run.out().contains("groq/1  ba7816bf  group team"), run.out());
        assertFalse(run.out().contains("cerebras at"), run.out());
        assertFalse(run.out().contains("would listen"), run.out());
        assertTrue(run.err().contains("problem: CEREBRAS_API_KEYS, entry 1: "), run.err());
        assertTrue(run.err().contains("problem: KEYWHEEL_PORT must be "), run.err());
    }

    @Test
    void check_prints_the_route_of_each_virtual_model() {
        var run = check(
                "KEYWHEEL_MODELS=smart=groq/openai/gpt-oss-120b|cerebras/gpt-oss-120b > groq/x; claude-*=smart|auto; gone=cerebras");

        assertEquals(0, run.status());
        assertTrue(run.out().contains("""
                                smart -> groq/openai/gpt-oss-120b > groq/x; skipped: cerebras/gpt-oss-120b
                                claude-* -> (groq/openai/gpt-oss-120b > groq/x) | auto
                                gone -> nothing; skipped: cerebras
                                """), run.out());
        assertTrue(
                run.out().contains("warning: KEYWHEEL_MODELS, smart, claude-*: groq is not known to serve x"),
                run.out());
        assertTrue(run.out().contains("warning: KEYWHEEL_MODELS, gone: no target is left"), run.out());
        assertFalse(run.out().contains("auto -> "), run.out());
    }

    @Test
    void check_prints_the_path_of_the_missing_env_file() {
        var run = check();

        String file = Path.of(".env").toAbsolutePath().toString();
        assertTrue(
                run.out().startsWith("settings of the environment and of " + file + ", which is not there\n"),
                run.out());
    }

    @Test
    void check_prints_the_proxy_without_its_password() {
        var run = check("HTTPS_PROXY=http://me:s3cret@proxy.example:3128");

        assertTrue(run.out().contains(" by the proxy proxy.example:3128, "), run.out());
        assertFalse(run.out().contains("s3cret"), run.out());
    }
}
