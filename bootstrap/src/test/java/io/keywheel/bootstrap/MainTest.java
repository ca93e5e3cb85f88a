package io.keywheel.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.bootstrap.command.Output;
import io.keywheel.certificates.ServerCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    @CsvSource(quoteCharacter = '"', textBlock = """
                    "",           There is no command ''; the commands are
                    sevre,        There is no command 'sevre'; the commands are
                    demo,         There is no command 'demo'; the commands are
                    serve --port, "serve takes its settings from variables such as KEYWHEEL_PORT, not '--port'"
                    check --dead, "check takes --live or no argument, not '--dead'"
                    token,        token takes one name
                    token a b,    "token takes one name, not 'a b'"
                    """)
    void bad_command_gets_an_error_that_names_it(String command, String error) {
        run(command).assertStatus(2).assertComplains(error);
    }

    @Test
    void serve_without_keys_names_the_key_variables_and_the_demo() {
        Recorded.run("check", Map.of()).assertStatus(1);
        Recorded.run("serve", Map.of())
                .assertStatus(2)
                .assertComplains(
                        "GROQ_API_KEYS or CEREBRAS_API_KEYS",
                        "With KEYWHEEL_PROVIDERS, set a key of a provider that it names",
                        "https://console.groq.com/keys or https://cloud.cerebras.ai",
                        "./keywheel demo");
    }

    @Test
    @ResourceLock(GatewayNameResolver.GATEWAY)
    void serve_sets_the_gateway_system_property() {
        System.clearProperty(GatewayNameResolver.GATEWAY);

        Recorded.run("serve", Map.of());

        assertEquals("true", System.getProperty(GatewayNameResolver.GATEWAY));
    }

    @Test
    void serve_with_bad_settings_names_every_variable_without_secrets() {
        run("serve", "GROQ_API_KEYS=" + CANARY + " x", "KEYWHEEL_PORT=" + CANARY)
                .assertStatus(2)
                .assertComplains("GROQ_API_KEYS", "KEYWHEEL_PORT")
                .assertHides(CANARY);
    }

    @Test
    void serve_on_a_used_port_reports_the_conflict() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            run("serve", "KEYWHEEL_PORT=" + port)
                    .assertStatus(2)
                    .assertComplains("Cannot listen on 127.0.0.1, port " + port
                            + " (KEYWHEEL_HOST, KEYWHEEL_PORT): another program has it;"
                            + " KEYWHEEL_PORT=0 picks a free one\n");
        }
    }

    @Test
    void check_prints_key_slots_and_fingerprints_without_keys() {
        var run = check("GROQ_API_KEYS=abc@team," + CANARY, "GROQ_API_KEY=" + CANARY)
                .assertStatus(0)
                .assertSays(
                        "groq/1  ba7816bf  group team\n",
                        "groq/2  ",
                        "default model openai/gpt-oss-120b",
                        "warning: GROQ_API_KEY is not a setting")
                .assertHides(CANARY);
        assertTrue(run.out().endsWith("No key was tried; './keywheel check --live' tries each.\n"), run.out());
    }

    @Test
    void check_lists_each_client_with_its_limits_and_models() {
        check(
                        "KEYWHEEL_ACCESS_TOKENS=alice=" + CANARY + "-1,alice=" + CANARY + "-2," + CANARY + "-3",
                        "KEYWHEEL_CLIENTS=alice: 8 at once 60rpm, models smart; bob: see all; *: 5rpm")
                .assertStatus(0)
                .assertSays(
                        "\nclient alice, with 2 access tokens: 60rpm 8 at once, models smart\n",
                        "\nclient client-3, with 1 access token: 5rpm\n",
                        "\nwarning: KEYWHEEL_CLIENTS, bob: no token")
                .assertHides(CANARY);
        check("KEYWHEEL_CLIENTS=*: 5rpm").assertSays("\nevery client: 5rpm\n");
        check("KEYWHEEL_ACCESS_TOKENS=alice=" + CANARY, "KEYWHEEL_CLIENTS=alice: see all; *: 5rpm")
                .assertSays("\nevery other client: 5rpm\n");
    }

    @Test
    void token_command_prints_a_new_token_and_a_setting_that_accepts_its_hash() {
        var run = run("token alice").assertStatus(0);
        List<String> lines = run.out().lines().map(String::strip).toList();

        assertTrue(lines.get(1).matches("kw-[0-9a-f]{48}"), run.out());
        assertNotEquals(run.out(), run("token alice").out());
        check("KEYWHEEL_ACCESS_TOKENS=" + lines.get(3) + ",bob=" + lines.get(1))
                .assertSays("client alice, with 1 access token: no limits", "entry 2: repeats an earlier entry");
    }

    /// A reader that takes two lines, as `head -2`, would otherwise make the writing of the others fail.
    @Test
    void token_command_writes_its_output_at_once() {
        var pieces = new ArrayList<String>();
        var out = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
                pieces.add(new String(bytes, from, length, StandardCharsets.UTF_8));
            }
        };

        Main.run(List.of("token", "alice"), Map.of(), new Output(new PrintStream(out), System.err));

        assertEquals(1, pieces.size(), pieces::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"token alice", "check"})
    void command_fails_if_its_output_cannot_be_written(String command) {
        var closed = new PrintStream(OutputStream.nullOutputStream());
        closed.close();
        var err = new ByteArrayOutputStream();
        var output = new Output(closed, new PrintStream(err));

        assertEquals(1, Main.run(List.of(command.split(" ")), Environment.of("GROQ_API_KEYS=k"), output));
        assertEquals("The output could not be written\n", err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"token Alice", "token a=b", "token --help", "token "})
    void token_command_refuses_an_invalid_client_name(String command) {
        run(command)
                .assertStatus(2)
                .assertComplains("A client's name has up to 32 of a-z, 0-9 and -, and does not begin with -\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTPS_PROXY=http://me:s3cret@proxy.example:3128    | ' by the proxy proxy.example:3128, '
                    OTEL_EXPORTER_OTLP_ENDPOINT=localhost:s3cret       | warning: no traces would be sent: OTEL_EXPORTER_OTLP_ENDPOINT: OTLP endpoint must be a valid URL
                    """)
    void check_prints_proxies_and_receivers_of_traces_without_secrets(String setting, String line) {
        check(setting).assertSays(line).assertHides("s3cret");
    }

    @Test
    void check_prints_the_default_chat_limit_and_that_there_is_no_env_file() {
        check().assertSays(" chats at once", "/.env, which is not there\n");
    }

    @Test
    void check_prints_the_chat_limit_and_warns_about_plain_http() {
        check(
                        "KEYWHEEL_MAX_REQUESTS=77",
                        "KEYWHEEL_HOST=0.0.0.0",
                        "KEYWHEEL_PORT=0",
                        "KEYWHEEL_ACCESS_TOKENS=" + CANARY)
                .assertStatus(0)
                .assertSays(
                        "for up to 77 chats at once",
                        "port 0 (a free one, printed at the start), over plain HTTP, with 1 access token,",
                        "warning: KEYWHEEL_HOST is not a loopback address, and");
    }

    @Test
    void check_refuses_an_address_that_cannot_be_bound_but_not_a_port_in_use() throws IOException {
        // An address for documentation, which no machine has.
        check("KEYWHEEL_ACCESS_TOKENS=" + CANARY, "KEYWHEEL_HOST=192.0.2.1")
                .assertStatus(1)
                .assertComplains("problem: Cannot listen on 192.0.2.1, port 8080", "this machine has no such address");
        try (var running = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            check("KEYWHEEL_PORT=" + running.getLocalPort())
                    .assertStatus(0)
                    .assertSays("notice: Cannot listen on 127.0.0.1", "another program has it");
        }
    }

    @Test
    void check_prints_the_certificate_subject_and_its_expiry(@TempDir Path directory) throws Exception {
        var certificate = ServerCertificate.EXPIRED;

        check(
                        "KEYWHEEL_TLS_CERT=" + certificate.certificateIn(directory),
                        "KEYWHEEL_TLS_KEY=" + certificate.keyIn(directory))
                .assertSays(
                        "port 8080, over TLS, without access tokens",
                        "notice: the TLS certificate is for localhost, 127.0.0.1, until 2020-01-02",
                        "warning: the TLS certificate expired on ");
    }

    @Test
    void check_probes_the_usage_directory_without_creating_it(@TempDir Path directory) throws IOException {
        Path data = directory.resolve("data");
        Path text = Files.writeString(directory.resolve("text"), "").resolve("data");

        check("KEYWHEEL_DATA=" + data).assertStatus(0).assertSays("usage would be kept in " + data + " for 90 days\n");
        assertFalse(Files.exists(data));
        check("KEYWHEEL_DATA=" + text)
                .assertStatus(1)
                .assertComplains("problem: KEYWHEEL_DATA: nothing can be written to " + text);
        // No shell has replaced the tilde.
        check("KEYWHEEL_DATA=~/data")
                .assertStatus(0)
                .assertSays("usage would be kept in " + Path.of("~", "data").toAbsolutePath() + " for 90 days\n");
    }

    @Test
    void check_lists_adapters_by_origin_and_warns_about_a_broken_jar(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("bad.jar"), "nothing that is a jar");

        check("KEYWHEEL_ADAPTERS=" + folder)
                .assertStatus(0)
                .assertSays(
                        "\nadapters in module io.keywheel.adapters.llm: groq, cerebras, compatible\n",
                        "warning: bad.jar cannot be used: ZipException: zip END header not found");
    }

    @Test
    void check_with_problems_prints_the_readable_providers() {
        check("GROQ_API_KEYS=abc@team", "CEREBRAS_API_KEYS=" + CANARY + " x", "KEYWHEEL_PORT=http")
                .assertStatus(1)
                .assertSays("the valid part of these settings:\ngroq at https://", "groq/1  ba7816bf  group team")
                .assertComplains(
                        "problem: CEREBRAS_API_KEYS, entry 1: ", "problem: KEYWHEEL_PORT is 'http', but must be ")
                .assertHides("cerebras at")
                .assertHides("would listen");
    }

    @Test
    void check_prints_the_route_of_each_virtual_model() {
        check(
                        "KEYWHEEL_MODELS=smart=groq/openai/gpt-oss-120b|cerebras/gpt-oss-120b > groq/x; claude-*=smart|auto; gone=cerebras")
                .assertStatus(0)
                .assertSays(
                        """
                        smart -> groq/openai/gpt-oss-120b > groq/x; skipped: cerebras/gpt-oss-120b
                        claude-* -> (groq/openai/gpt-oss-120b > groq/x) | auto
                        gone -> nothing; skipped: cerebras
                        """,
                        "warning: KEYWHEEL_MODELS, smart, claude-*: groq is not known to serve x",
                        "warning: KEYWHEEL_MODELS, gone: no target is left")
                .assertHides("auto -> ");
    }
}
