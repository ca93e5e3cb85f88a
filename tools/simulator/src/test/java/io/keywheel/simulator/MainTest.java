package io.keywheel.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MainTest {

    private static final String ASK = Client.ask("gpt-oss-120b", "hello", "");

    private static Process start(String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static HttpRequest.Builder json(URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.header("Authorization", "Bearer csk-one").build(), BodyHandlers.ofString());
    }

    @Test
    void program_prints_its_address_serves_accepts_faults_and_stops_on_sigterm() throws Exception {
        var process = start("--port", "0");
        try (var out = process.inputReader(StandardCharsets.UTF_8);
                var http = HttpClient.newHttpClient()) {
            var line = String.valueOf(out.readLine());
            var url = Pattern.compile("(http://\\S+)/cerebras/v1").matcher(line);
            assertTrue(url.find(), line);
            var chat = URI.create(url.group() + "/chat/completions");
            var control = URI.create(url.group(1) + "/control/faults");
            assertEquals(200, send(http, json(chat, ASK)).statusCode());
            var fault = "{\"provider\":\"cerebras\",\"fault\":\"queue-exceeded\",\"times\":2}";
            send(http, json(control, fault));
            assertEquals(429, send(http, json(chat, ASK)).statusCode());
            send(http, HttpRequest.newBuilder(control).DELETE());
            assertEquals(200, send(http, json(chat, ASK)).statusCode());
            process.destroy();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--port nine, is not an int",
        "--port 70000, ; --port 0 takes a free one",
        "--pace 5, 5 is not a duration such as 500ms",
        "--fault nope, no fault is named nope",
        "--fault-rate 2, 2 is not a number from 0 to 1",
        "--limits most, expected one of",
        "--seed, Missing required parameter for option '--seed'",
        "--sed 1, Unknown options: '--sed'"
    })
    void invalid_option_prints_the_reason_and_exits_with_2(String line, String why) {
        var error = new StringWriter();

        int status = Main.command().setErr(new PrintWriter(error)).execute(line.split(" ", -1));

        assertEquals(2, status);
        assertTrue(error.toString().contains(why), error::toString);
    }

    @Test
    void help_lists_the_options_base_urls_keys_and_every_fault() {
        var help = Main.command().getUsageMessage();

        assertTrue(help.contains("http://HOST:PORT/groq/openai/v1") && help.contains("csk-two"), help);
        assertTrue(help.contains("--fault-rate"), help);
        Fault.alone().forEach(name -> assertTrue(help.contains(name), name));
    }
}
