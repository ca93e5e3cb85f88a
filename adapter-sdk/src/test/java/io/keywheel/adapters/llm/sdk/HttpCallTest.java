package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCallTest {

    private static final ApiKey KEY = new ApiKey("canary-of-the-key", "c0ffee00");

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
                    llama-3.1_8b~x llama-3.1_8b~x
                    a/b a%2Fb
                    ../models?x=1 ..%2Fmodels%3Fx%3D1
                    a^b|c{d}e a%5Eb%7Cc%7Bd%7De
                    a#b a%23b
                    a*b+c a%2Ab%2Bc
                    a%2Fb a%252Fb
                    {} %7B%7D
                    日 %E6%97%A5
                    """)
    void path_argument_is_percent_encoded(String model, String escaped) {
        var uri = HttpCall.get("/models/{}:generate/{}", model, "x")
                .to("http://host/v1")
                .uri();

        assertEquals("http://host/v1/models/" + escaped + ":generate/x", uri.toString());
    }

    @Test
    void blanks_and_control_characters_are_percent_encoded() {
        assertEquals(
                "http://host/%20%0A%00",
                HttpCall.get("/{}", " \n\0").to("http://host").uri().toString());
    }

    @Test
    void query_value_is_percent_encoded() {
        var uri = HttpCall.get("/models")
                .query("a", "b c&d=e")
                .query("alt", "sse")
                .to("http://host")
                .uri();

        assertEquals("http://host/models?a=b%20c%26d%3De&alt=sse", uri.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void dot_segment_id_leads_to_another_path(String id) {
        assertTrue(HttpCall.get("/models/{}", id).hasDotSegment());
        assertFalse(HttpCall.get("/models/{}:generate", id).hasDotSegment());
    }

    @Test
    void path_with_more_or_fewer_placeholders_than_arguments_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> HttpCall.get("/models", "m"));
        assertThrows(IllegalArgumentException.class, () -> HttpCall.get("/models/{}/{}", "m"));
    }

    @Test
    void answer_must_not_be_compressed() {
        var url = URI.create("http://host/chat");

        assertEquals(
                "identity", HttpCall.get("/models").to("http://host").headers().get("Accept-Encoding"));
        assertEquals("identity", HttpCall.prepared(url).to("").headers().get("Accept-Encoding"));
    }

    @Test
    void header_replaces_one_whose_name_differs_in_case() {
        var headers = HttpCall.get("/")
                .header("X-Key", "1")
                .header("x-key", "2")
                .to("http://host")
                .headers();

        assertEquals("2", headers.get("X-Key"));
        assertEquals(
                1, headers.keySet().stream().filter("x-key"::equalsIgnoreCase).count());
    }

    @Test
    void prepared_call_and_its_copies_are_immutable() {
        HttpCall prepared = HttpCall.prepared(URI.create("http://host/chat")).header("A", "1");
        HttpCall copy = prepared.with(new byte[0]);

        assertEquals("1", copy.to("").headers().get("A"));
        assertThrows(UnsupportedOperationException.class, () -> copy.header("A", "2"));
        assertThrows(UnsupportedOperationException.class, () -> prepared.query("a", "b"));
    }

    @Test
    void keyless_call_has_no_authorization_header() {
        assertNull(HttpCall.get("/")
                .bearer(ApiKey.NONE)
                .to("http://host")
                .headers()
                .get("Authorization"));
        assertEquals(
                "Bearer canary-of-the-key",
                HttpCall.get("/").bearer(KEY).to("http://host").headers().get("Authorization"));
    }

    @Test
    void to_string_of_a_call_contains_no_key() {
        HttpCall call = HttpCall.get("/models").bearer(KEY).query("key", KEY.reveal());

        assertEquals("HttpCall[/models]", call.toString());
        assertEquals("Request[/models]", call.to("http://host").toString());
    }
}
