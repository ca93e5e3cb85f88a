package io.keywheel.domain.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A reservation ends once: settled, or withdrawn.
final class WithdrawnReservationTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @ParameterizedTest
    @EnumSource(names = {"REQUESTS_PER_MINUTE", "REQUESTS_PER_DAY"})
    void second_end_of_reservation_frees_no_request(ClientLimit limit) {
        var budget = new ClientBudget(new ClientRule(Map.of(limit, 2L), List.of(), false));
        Reservation withdrawn = admitted(budget);
        budget.withdraw(withdrawn, NOW, NOW);
        assertEquals(0, budget.withdraw(withdrawn, NOW, NOW));
        Reservation settled = admitted(budget);
        budget.settle(settled, 1, NOW, NOW);
        assertEquals(0, budget.withdraw(settled, NOW, NOW));
        admitted(budget);
        assertInstanceOf(Admission.Limited.class, budget.reserve(1, NOW, NOW));
    }

    private static Reservation admitted(ClientBudget budget) {
        return assertInstanceOf(Admission.Admitted.class, budget.reserve(1, NOW, NOW))
                .reservation();
    }
}
