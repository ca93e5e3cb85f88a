package io.keywheel.adapters.llm.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.ApiKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskTest {

    private static final String KEY = "gsk_Zq81vXw03LmPd6";
    private static final String ODD = "a/b+c=d/e+f";

    private final Mask mask = new Mask(List.of(
            new ApiKey(KEY, "f1"), new ApiKey(KEY + "Tail77", "f2"), new ApiKey(ODD, "f3"), new ApiKey("s3cr", "f4")));

    @ParameterizedTest
    @CsvSource({
        "Incorrect key: gsk_Zq81vXw03LmPd6.,              Incorrect key: ***.",
        "Incorrect key: GSK_ZQ81VXW03LMPD6.,              Incorrect key: ***.",
        "gsk_Zq81vXw03LmPd6Tail77 and gsk_Zq81vXw03LmPd6, *** and ***",
        "it ends in vXw03LmPd6,                           it ends in ***",
        "it begins with gsk_Zq81v…,                       it begins with ***…",
        "a%2Fb%2Bc%3Dd%2Fe%2Bf,                           ***",
        "a/b+c=d/e+f,                                     ***",
        "the short one is S3cr,                           the short one is ***",
        "gsk_ alone says nothing,                         gsk_ alone says nothing",
        "there is no key in here,                         there is no key in here",
    })
    void leaves_no_telling_part_of_a_key(String said, String shown) {
        assertEquals(shown, mask.paragraph(said));
    }

    @Test
    void finds_a_key_that_control_characters_split() {
        assertEquals("a *** b", mask.paragraph("a gsk_Zq81\u0000vXw0\u200b3LmPd6 b"));
    }

    @Test
    void leaves_no_half_of_a_key_at_the_cut() {
        String said = mask.paragraph("x".repeat(490) + KEY + "y".repeat(100));

        assertTrue(said.endsWith("x***yyyyyy…"), said);
    }

    @Test
    @Timeout(20)
    void takes_a_thousand_keys_as_easily_as_one() {
        var many = new Mask(IntStream.range(0, 1000)
                .mapToObj(i -> new ApiKey("gsk_" + Integer.toHexString(i * 7919).repeat(12), "f" + i))
                .toList());
        String page = "ab cd 1 ".repeat(500);

        long begin = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            many.page(page);
        }

        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
    }
}
