package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.status.ConsoleAsset;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolePageTest {

    /// What would read text as markup, or as a program.
    private static final Pattern READS_MARKUP =
            Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|eval\\(|Function\\(");

    private static final Pattern WRITTEN_INTO_THE_PAGE =
            Pattern.compile("<script(?![^>]* src=)|<style|[ \"]style=|[ \"]on[a-z]+=|javascript:|data:");

    private static final Pattern NAMED = Pattern.compile("(?:href|src)=\"(console/[^\"]+)\"|from '\\./([^']+)'");

    @AutoClose
    private final TestServer testServer = new TestServer();

    static Stream<String> paths() {
        return ConsoleAsset.all().stream().map(ConsoleAsset::path);
    }

    private static String header(Response response, String name) {
        return response.header(name);
    }

    private Response get(String path, String header, String value) {
        return testServer.send(HttpRequest.newBuilder(testServer.uri(path))
                .header(header, value)
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "/console, text/html; charset=utf-8",
        "/console/console.css, text/css; charset=utf-8",
        "/console/console.js, text/javascript; charset=utf-8",
        "/console/icon.svg, image/svg+xml"
    })
    void is_what_its_type_says(String path, String type) {
        Response response = testServer.get(path);

        response.assertStatus(200);
        assertEquals(type, header(response, "Content-Type"));
        assertEquals("nosniff", header(response, "X-Content-Type-Options"));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void may_run_and_reach_only_what_is_its_own(String path) {
        Response response = testServer.get(path);

        assertEquals(
                Set.of(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "connect-src 'self'",
                        "img-src 'self'",
                        "base-uri 'none'",
                        "form-action 'none'",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "trusted-types 'none'"),
                Set.of(header(response, "Content-Security-Policy").split("; ")));
        assertEquals("no-referrer", header(response, "Referrer-Policy"));
        assertEquals("same-origin", header(response, "Cross-Origin-Opener-Policy"));
    }

    @Test
    void has_nothing_written_into_it_that_the_policy_would_stop() {
        String page = testServer.get("/console").body();

        assertFalse(WRITTEN_INTO_THE_PAGE.matcher(page).find(), page);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void reads_no_text_as_markup(String path) {
        assertFalse(READS_MARKUP.matcher(testServer.get(path).body()).find());
    }

    @ParameterizedTest
    @MethodSource("paths")
    void names_no_address_of_another_host(String path) {
        String text = testServer.get(path).body().replace("http://www.w3.org/2000/svg", "");

        assertFalse(Pattern.compile("https?:|//[a-z]+\\.").matcher(text).find());
    }

    @Test
    void loads_all_its_files_and_no_others() {
        Set<String> named = paths().flatMap(this::namedBy).collect(Collectors.toSet());

        named.add(ConsoleAsset.PAGE);
        assertEquals(paths().collect(Collectors.toSet()), named);
    }

    private Stream<String> namedBy(String path) {
        List<MatchResult> names =
                NAMED.matcher(testServer.get(path).body()).results().toList();
        return names.stream()
                .map(name -> name.group(1) != null ? "/" + name.group(1) : ConsoleAsset.PAGE + "/" + name.group(2));
    }

    @Test
    void is_asked_for_anew_and_sent_only_when_it_is_another() {
        Response first = testServer.get("/console/console.js");
        assertEquals("no-cache", header(first, "Cache-Control"));

        Response same = get("/console/console.js", "If-None-Match", header(first, "ETag"));
        Response other = get("/console/chat.js", "If-None-Match", header(first, "ETag"));

        same.assertStatus(304);
        assertEquals("", same.body());
        other.assertStatus(200);
    }

    @Test
    void answers_head_without_a_body() {
        try (var client = testServer.raw()) {
            int length = testServer.get("/console").body().getBytes(StandardCharsets.UTF_8).length;

            String head = client.send(RawClient.head("HEAD /console")).readUntil("\r\n\r\n");

            assertTrue(head.contains("\r\nContent-Length: " + length + "\r\n"), head);
            assertTrue(client.send(RawClient.get("/health/live"))
                    .readUntil("\r\n\r\n")
                    .startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "application/json;q=0.5, text/html;q=0.6",
                "Text/HTML; charset=utf-8"
            })
    void is_where_browsers_are_sent_that_come_to_the_start_page(String accept) {
        try (var client = testServer.raw()) {
            String head = client.send(RawClient.get("/", "Accept: " + accept)).readUntil("\r\n\r\n");

            assertTrue(head.startsWith("HTTP/1.1 303 "), head);
            assertTrue(head.contains("\r\nLocation: /console\r\n"), head);
            assertTrue(head.contains("\r\nVary: Accept\r\n"), head);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*/*",
                "application/json",
                "text/html;q=0",
                "text/html;q=x",
                "application/json, text/html",
                "text/*",
                "text/htmlx",
                ";,q="
            })
    void is_not_where_programs_are_sent(String accept) {
        Response response = get("/", "Accept", accept);

        response.assertStatus(200);
        assertEquals("Keywheel", response.text("/name"));
    }
}
