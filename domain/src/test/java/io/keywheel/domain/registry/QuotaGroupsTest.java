package io.keywheel.domain.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.rotation.PoolFixture;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaGroupsTest extends PoolFixture {

    private static final QuotaGroup A = group("a");
    private static final QuotaGroup B = group("b");
    private static final QuotaGroup C = group("c");

    private final QuotaGroups quotaGroups = new QuotaGroups(List.of(provider(GROQ, "a", "b", "b", "c")));

    @Test
    void third_group_of_an_organisation_joins_the_merged_group() {
        quotaGroups.assignOrganisation(A, "org");
        quotaGroups.assignOrganisation(B, "org");

        quotaGroups.assignOrganisation(C, "org");

        assertEquals(List.of(B, B, B), List.of(quotaGroups.current(A), quotaGroups.current(B), quotaGroups.current(C)));
        assertEquals(1, quotaGroups.count(GROQ));
    }

    @Test
    void former_organisation_of_a_merged_group_has_no_group() {
        quotaGroups.assignOrganisation(A, "old");
        quotaGroups.assignOrganisation(B, "org");
        quotaGroups.assignOrganisation(A, "org");

        assertEquals(Optional.empty(), quotaGroups.assignOrganisation(C, "old"));
        assertEquals(C, quotaGroups.current(C));
    }

    @Test
    void only_the_latest_organisation_of_each_group_is_remembered() {
        for (int i = 0; i < 1000; i++) {
            quotaGroups.assignOrganisation(i % 2 == 0 ? A : B, "org-" + i);
        }

        assertEquals(Optional.empty(), quotaGroups.assignOrganisation(C, "org-997"));
        assertTrue(quotaGroups.assignOrganisation(C, "org-999").isPresent());
    }

    @Test
    void key_model_and_provider_scopes_are_unchanged_by_a_merge() {
        quotaGroups.assignOrganisation(B, "org");
        assertTrue(quotaGroups.assignOrganisation(A, "org").isPresent());

        for (Scope scope : List.of(
                new Scope.OfKey(new KeySlot(GROQ, 1)), new Scope.OfModel(GROQ, BIG), new Scope.OfProvider(GROQ))) {
            assertEquals(scope, quotaGroups.current(scope));
        }
    }

    @ParameterizedTest(name = "groups {0}, provider kept {1}: known {2}")
    @CsvSource({"a b, true, true", "a b, false, false", "b c, true, false"})
    void organisation_is_kept_on_reload_if_its_group_and_provider_are_kept(String groups, boolean kept, boolean known) {
        quotaGroups.assignOrganisation(A, "org");

        QuotaGroups next = quotaGroups.next(List.of(provider(GROQ, groups.split(" ", -1))), _ -> kept);

        assertEquals(known, next.assignOrganisation(B, "org").isPresent());
    }

    private static QuotaGroup group(String name) {
        return new QuotaGroup(GROQ, name);
    }
}
