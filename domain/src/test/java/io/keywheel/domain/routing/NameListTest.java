package io.keywheel.domain.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class NameListTest {

    @Test
    void ten_names_are_all_shown() {
        assertEquals(
                "a, b, c, d, e, f, g, h, i, j",
                NameList.joined(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")));
    }

    @Test
    void eleventh_name_is_counted() {
        assertEquals(
                "a, b, c, d, e, f, g, h, i, j and 1 more",
                NameList.joined(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")));
    }
}
