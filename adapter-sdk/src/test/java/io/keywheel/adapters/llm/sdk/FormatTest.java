package io.keywheel.adapters.llm.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.routing.ModelId;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatTest {

    @Test
    void ids_skip_rows_without_a_valid_id() {
        var rows = Format.json("[{\"id\":null},{},{\"id\":\"a b\"},{\"id\":\"m\"}]");

        assertEquals(List.of(new ModelId("m")), Format.ids(rows, "id"));
    }
}
