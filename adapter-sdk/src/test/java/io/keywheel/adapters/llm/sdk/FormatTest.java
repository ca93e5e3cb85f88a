package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.ModelId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "7.9, 7",
        "'\"7\"',",
        "null,",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808,",
        "1e300,"
    })
    void count_is_missing_if_it_is_no_number_or_beyond_a_long(String json, @Nullable Long count) {
        assertEquals(count, Format.count(Format.json(json)));
    }

    @Test
    void ids_skip_rows_without_a_valid_id() {
        var rows = Format.json("[{\"id\":null},{},{\"id\":\"a b\"},{\"id\":\"m\"}]");

        assertEquals(List.of(new ModelId("m")), Format.ids(rows, "id"));
    }
}
