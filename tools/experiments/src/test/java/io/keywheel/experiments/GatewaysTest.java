package io.keywheel.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.experiments.strategies.Gateways.Sharing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaysTest {

    @ParameterizedTest
    @CsvSource({"4, 6, overload-waiting", "16, 10, overload-waiting", "4, 6, steady", "4, 6, overload-windows"})
    void sharing_gateways_waste_at_most_one_percentage_point_more_than_one(int number, int minutes, String name) {
        Scenario scenario = SharingTable.SCENARIOS.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .lasting(Duration.ofMinutes(minutes));

        Figures one = SharingTable.figures(scenario, 1, Sharing.NONE, 1);
        Figures several = SharingTable.figures(scenario, number, Sharing.after(10), 1);

        assertTrue(several.wastedShare() <= one.wastedShare() + 0.01, () -> several + " beside " + one);
        assertTrue(several.capacityShare() >= one.capacityShare() - 0.01, () -> several + " beside " + one);
    }

    @Test
    void gateways_without_sharing_waste_more_than_during_a_partition() {
        Scenario scenario = Scenario.WAITING.lasting(Duration.ofMinutes(5));

        double nothing = SharingTable.figures(scenario, 4, Sharing.NONE, 1).wastedShare();
        double partition = SharingTable.figures(scenario, 4, new Sharing(Duration.ofMillis(10), true), 1)
                .wastedShare();

        assertTrue(nothing > 0.5, () -> "" + nothing);
        assertTrue(partition > 0.05 && partition < nothing, () -> "" + partition);
    }

    @Test
    void sharing_changes_no_figure_of_a_single_gateway() {
        Scenario scenario = Scenario.WAITING.lasting(Duration.ofMinutes(2));

        assertEquals(
                SharingTable.figures(scenario, 1, Sharing.NONE, 1),
                SharingTable.figures(scenario, 1, Sharing.after(10), 1));
    }

    @Test
    void slow_claims_keep_capacity_use_above_90_percent() {
        Scenario scenario = Scenario.WAITING.lasting(Duration.ofMinutes(3));

        Figures slow = SharingTable.figures(scenario, 2, Sharing.after(100), 1);

        assertTrue(slow.capacityShare() > 0.9, slow::toString);
    }

    @Test
    void table_has_one_row_for_one_gateway_and_five_per_gateway_count() {
        String section = new SharingTable(List.of(Scenario.STEADY.lasting(Duration.ofMinutes(1))), List.of(2, 3), 1, 2)
                .section();

        assertEquals(
                11, section.lines().filter(line -> line.matches("[|] \\d.*")).count(), section);
        assertTrue(section.contains("\n| 1 |  | 100.0 % | 0.0 % | "), section);
    }
}
