package io.keywheel.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VitalsTest {

    @Test
    void what_fills_dead_space_is_not_live() {
        String histogram = """
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:           521        2762944  [Ljdk.internal.vm.FillerElement; (java.base@25.0.3)
                   2:         36473        2649920  [B (java.base@25.0.3)
                1207:             2             32  jdk.internal.vm.FillerObject (java.base@25.0.3)
                Total         36996        5412896
                """;

        assertEquals(OptionalLong.of(2_649_920), Vitals.live(histogram));
    }

    @Test
    void what_is_no_histogram_tells_nothing() {
        assertEquals(OptionalLong.empty(), Vitals.live("1234: No such process"));
    }
}
