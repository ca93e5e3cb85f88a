package io.keywheel.application.port.in;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.UsageUseCase.Days;
import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaysTest {

    private static final Days KEPT = days("2026-11-10", "2026-11-20");

    private static Days days(String first, String last) {
        return new Days(LocalDate.parse(first), LocalDate.parse(last));
    }

    @ParameterizedTest
    @CsvSource({
        "           ,           , 2026-11-10, 2026-11-20",
        " 2026-11-12,           , 2026-11-12, 2026-11-20",
        "           , 2026-11-12, 2026-11-10, 2026-11-12",
        " 2026-11-12, 2026-11-14, 2026-11-12, 2026-11-14",
        " 2026-11-01, 2026-11-30, 2026-11-10, 2026-11-20",
        " 2026-11-20, 2026-11-30, 2026-11-20, 2026-11-20",
        " 2026-11-01, 2026-11-10, 2026-11-10, 2026-11-10",
        " 2026-11-21,           , 2026-11-21, 2026-11-21",
        " 2026-11-21, 2026-11-30, 2026-11-21, 2026-11-30",
        "           , 2026-11-09, 2026-11-09, 2026-11-09",
        " 2026-11-01, 2026-11-09, 2026-11-01, 2026-11-09",
    })
    void requested_days_are_clamped_to_the_kept_days_or_unchanged_outside_of_them(
            LocalDate from, LocalDate to, String first, String last) {
        assertEquals(days(first, last), KEPT.within(from, to));
    }
}
