package io.keywheel.adapters.llm.redaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRedactorTest {

    private static final String KEY = "gsk_Zq81vXw03LmPd6";
    private static final String ODD = "a/b+c=d/e+f";

    /// Its base64 has other characters for URLs.
    private static final String TWO_ALPHABETS = "gsk_?????~~~~~>>>>";

    private final SecretRedactor secretRedactor = new SecretRedactor(List.of(
            new ApiKey(KEY, "f1"),
            new ApiKey(KEY + "Tail77", "f2"),
            new ApiKey(ODD, "f3"),
            new ApiKey("AZ3x", "f4"),
            new ApiKey(TWO_ALPHABETS, "f5")));

    @ParameterizedTest
    @CsvSource({
        "Incorrect key: gsk_Zq81vXw03LmPd6.,              Incorrect key: ***.",
        "Incorrect key: GSK_ZQ81VXW03LMPD6.,              Incorrect key: ***.",
        "gsk_Zq81vXw03LmPd6Tail77 and gsk_Zq81vXw03LmPd6, *** and ***",
        "it ends in vXw03LmPd6,                           it ends in ***",
        "it begins with gsk_Zq81v…,                       it begins with ***…",
        "a%2Fb%2Bc%3Dd%2Fe%2Bf,                           ***",
        "a/b+c=d/e+f,                                     ***",
        "AZ3x is the short one; it is az3X,               *** is the short one; it is ***",
        "gsk_ alone says nothing,                         gsk_ alone says nothing",
        "there is no key in here,                         there is no key in here",
    })
    void key_or_long_part_of_a_key_is_masked(String said, String shown) {
        assertEquals(shown, secretRedactor.paragraph(said));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ***",
        "'Bearer ', QmVhcmVyIG***==",
        "user:, dXNlcjp***=",
    })
    void key_in_base64_is_masked_whatever_precedes_it(String before, String shown) {
        for (String key : List.of(KEY, TWO_ALPHABETS)) {
            byte[] said = (before + key).getBytes(StandardCharsets.US_ASCII);

            assertEquals(shown, secretRedactor.paragraph(Base64.getEncoder().encodeToString(said)));
            assertEquals(shown, secretRedactor.paragraph(Base64.getUrlEncoder().encodeToString(said)));
        }
    }

    @Test
    void short_key_masks_no_short_piece_of_base64() {
        assertEquals("eA Eng", new SecretRedactor(List.of(new ApiKey("x", "f1"), ApiKey.NONE)).paragraph("eA Eng"));
    }

    @Test
    void key_split_by_control_characters_is_masked() {
        assertEquals("a *** b", secretRedactor.paragraph("a\ngsk_Zq81\u0000vXw0\u200b3Lm\u009bPd6 b"));
    }

    @Test
    void key_at_the_truncation_point_is_masked() {
        String said = secretRedactor.paragraph("x".repeat(490) + KEY + "y".repeat(100));

        assertTrue(said.endsWith("x***yyyyyy…"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY, "gsk_zq81vxw03lmpd6", "x" + KEY + "x", "xvXw03LmPx", ODD, "az3x", "AZ3X"})
    void key_or_long_part_of_a_key_is_detected_in_a_name(String name) {
        assertTrue(secretRedactor.nameHasSecret(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gsk_", "llama-3.3-70b", "model-az3x-1", "vXw03Lm"})
    void name_without_a_long_part_of_a_key_is_not_detected(String name) {
        assertFalse(secretRedactor.nameHasSecret(name));
    }

    @Test
    void key_is_masked_in_chunk_metadata_but_not_in_content() {
        String json = '"' + KEY + '"';
        // An escape within a short key, which is masked only where it is the whole text.
        String escaped = "\"AZ\\u0033x\"";
        var said = Map.of("id", json, KEY, "1", "created", "81036", "usage", "{\"by\":" + json + "}", "tier", escaped);
        var shown =
                Map.of("id", "\"***\"", "***", "\"***\"", "created", "81036", "usage", "\"***\"", "tier", "\"***\"");

        assertEquals(chunk("***", shown), secretRedactor.chunks().apply(chunk(KEY, said)));
    }

    private static Chunk chunk(String name, Map<String, String> extras) {
        var call = new ToolCallPart(0, name, name, KEY);
        var delta = new Delta(KEY, KEY, List.of(call), Extras.NONE);
        var piece = new Piece(0, delta, FinishReason.OTHER, Extras.of("finish_reason", '"' + name + '"'));
        return new Chunk(List.of(piece), null, new Extras(new LinkedHashMap<>(extras)));
    }

    @Test
    void key_is_masked_where_it_is_the_only_one() {
        var call = new Delta("", "", List.of(new ToolCallPart(0, KEY, "f", "")), Extras.NONE);
        var end = Extras.of("finish_reason", '"' + KEY + '"');
        var nothing = new Delta("", "", List.of(), Extras.NONE);
        for (Piece piece :
                List.of(new Piece(0, call, null, Extras.NONE), new Piece(0, nothing, FinishReason.OTHER, end))) {
            Chunk shown = secretRedactor.chunks().apply(new Chunk(List.of(piece), null, Extras.NONE));

            assertTrue(shown.toString().contains("***"), shown.toString());
        }
    }

    @Test
    void key_is_masked_in_usage() {
        var usage = new TokenUsage(1, 2, 3, null, null, Extras.of(KEY, "1"));
        Extras masked = Extras.of("***", "\"***\"");
        var chunk = new Chunk(List.of(), usage, Extras.NONE);

        assertEquals(
                usage.withExtras(masked), secretRedactor.chunks().apply(chunk).usage());
    }

    @Test
    void chunk_without_a_key_is_returned_unchanged() {
        UnaryOperator<Chunk> names = secretRedactor.chunks();
        for (int i = 0; i < 100; i++) {
            var chunk = new Chunk(List.of(), null, Extras.of("id" + i, "\"chatcmpl-" + i + "\""));
            assertSame(chunk, names.apply(chunk));
            assertEquals(
                    "\"***\"",
                    names.apply(new Chunk(List.of(), null, Extras.of("id" + i, '"' + KEY + '"')))
                            .extras()
                            .fields()
                            .get("id" + i));
        }
    }

    @Test
    void fifty_pages_are_redacted_with_1000_keys_within_30_s() {
        var many = new SecretRedactor(IntStream.range(0, 1000)
                .mapToObj(i -> new ApiKey("gsk_" + Integer.toHexString(i * 7919).repeat(12), "f" + i))
                .toList());
        String page = "ab cd 1 ".repeat(500);

        long begin = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            many.page(page);
        }

        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(30).toNanos());
    }
}
