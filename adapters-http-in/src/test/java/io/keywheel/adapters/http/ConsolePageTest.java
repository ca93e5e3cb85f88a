package io.keywheel.adapters.http;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.client.RawClient;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConsolePageTest {

    /// Code that parses text as markup, runs text as a program or calls another host.
    private static final Pattern READS_MARKUP_OR_LEAVES =
            Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|eval\\(|Function\\("
                    + "|https?:|//[a-z]+\\.");

    private static final Pattern WRITTEN_INTO_THE_PAGE =
            Pattern.compile("<script(?![^>]* src=)|<style|[ \"]style=|[ \"]on[a-z]+=|javascript:|data:");
    private static final Pattern NAMED = Pattern.compile("(?:href|src)=\"(console/[^\"]+)\"|from '\\./([^']+)'");

    /// Third-party files: they contain URLs, and DOMPurify parses markup to sanitize it.
    private static final Set<String> UNPACKED = Set.of(
            "/console/marked.esm.js", "/console/purify.min.js", "/console/uPlot.iife.min.js", "/console/uPlot.min.css");

    @AutoClose
    private static final TestServer testServer = new TestServer();

    static Stream<String> paths() {
        return ConsoleAsset.all().stream().map(ConsoleAsset::path);
    }

    static Stream<String> ownPaths() {
        return paths().filter(path -> !UNPACKED.contains(path));
    }

    @ParameterizedTest
    @CsvSource({
        "/console, text/html; charset=utf-8",
        "/console/console.css, text/css; charset=utf-8",
        "/console/console.js, text/javascript; charset=utf-8",
        "/console/icon.svg, image/svg+xml",
        "/console/marked.esm.js, text/javascript; charset=utf-8",
        "/console/uPlot.min.css, text/css; charset=utf-8"
    })
    void asset_has_its_content_type_and_a_policy_that_allows_only_own_assets(String path, String type) {
        testServer
                .get(path)
                .assertStatus(200)
                .assertHeader("Content-Type", type)
                .assertHeader("X-Content-Type-Options", "nosniff")
                .assertHeader("Referrer-Policy", "no-referrer")
                .assertHeader("Cross-Origin-Opener-Policy", "same-origin")
                .assertHeader("Cross-Origin-Resource-Policy", "same-origin")
                .assertHeader(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                                + " require-trusted-types-for 'script'; trusted-types dompurify");
    }

    @Test
    void page_has_no_inline_script_style_or_handler() {
        String page = testServer.get("/console").body();

        assertFalse(WRITTEN_INTO_THE_PAGE.matcher(page).find(), page);
    }

    @ParameterizedTest
    @MethodSource("ownPaths")
    void assets_parse_no_markup_and_reference_no_other_host(String path) {
        String text = testServer.get(path).body().replace("http://www.w3.org/2000/svg", "");

        assertFalse(READS_MARKUP_OR_LEAVES.matcher(text).find(), text);
    }

    @Test
    void page_and_assets_reference_exactly_the_served_files() {
        Set<String> named = ownPaths().flatMap(ConsolePageTest::namedBy).collect(toSet());
        named.add(ConsoleAsset.PAGE);

        assertEquals(paths().collect(toSet()), named);
    }

    private static Stream<String> namedBy(String path) {
        return NAMED.matcher(testServer.get(path).body()).results().toList().stream()
                .map(name -> name.group(1) != null ? "/" + name.group(1) : ConsoleAsset.PAGE + "/" + name.group(2));
    }

    @Test
    void matching_etag_returns_304() {
        String tag = testServer
                .get("/console/console.js")
                .assertHeader("Cache-Control", "no-cache")
                .header("ETag");
        var same = testServer.get("/console/console.js", "If-None-Match: " + tag);

        assertEquals("", same.assertStatus(304).body());
        testServer.get("/console/chat.js", "If-None-Match: " + tag).assertStatus(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | 303
                    application/json;q=0.5, text/html;q=0.6                         | 303
                    Text/HTML; charset=utf-8                                        | 303
                    */*                                                             | 200
                    application/json                                                | 200
                    application/json, text/html                                     | 200
                    text/*                                                          | 200
                    text/htmlx                                                      | 200
                    text/html;q=0                                                   | 200
                    text/html;q=x                                                   | 200
                    text/html;q=NaN                                                 | 200
                    text/html;q=-1e999                                              | 200
                    ;;;,,,=                                                         | 200
                    ;,q=                                                            | 200
                    text/html;a="                                                   | 200
                    """)
    void start_page_redirects_only_browsers_to_the_console(String accept, int status) {
        var response = testServer.exchange(RawClient.get("/", "Connection: close", "Accept: " + accept));

        response.assertStatus(status).assertHeader("Location", status == 303 ? "/console" : "");
        response.assertHeader("Vary", "Accept");
    }
}
