package io.keywheel.domain.registry;

import static io.keywheel.domain.rotation.TestPool.BIG;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which organisation a name means.
class QuotaGroupsTest {

    private static final QuotaGroup A = group("a");
    private static final QuotaGroup B = group("b");
    private static final QuotaGroup C = group("c");

    private final QuotaGroups quotaGroups = new QuotaGroups(List.of(provider(GROQ, "a", "b", "b", "c")));

    @Test
    void a_third_group_of_the_organisation_joins_the_two_that_are_one() {
        quotaGroups.isOf(A, "org");
        quotaGroups.isOf(B, "org");

        quotaGroups.isOf(C, "org");

        assertEquals(List.of(B, B, B), List.of(quotaGroups.current(A), quotaGroups.current(B), quotaGroups.current(C)));
    }

    @Test
    void a_group_that_is_named_anew_is_not_of_its_old_organisation_any_more() {
        quotaGroups.isOf(A, "old");
        quotaGroups.isOf(A, "new");

        assertEquals(Optional.empty(), quotaGroups.isOf(B, "old"));
    }

    @Test
    void a_million_organisations_leave_the_last_one_of_each_group() {
        for (int i = 0; i < 1_000_000; i++) {
            quotaGroups.isOf(i % 2 == 0 ? A : B, "org-" + i);
        }

        assertEquals(2, quotaGroups.organisations());
        assertEquals(Optional.empty(), quotaGroups.isOf(C, "org-999997"));
        assertTrue(quotaGroups.isOf(C, "org-999999").isPresent());
    }

    @Test
    void an_organisation_whose_group_has_joined_another_is_nobodys() {
        quotaGroups.isOf(A, "old");
        quotaGroups.isOf(B, "org");
        quotaGroups.isOf(A, "org");

        assertEquals(Optional.empty(), quotaGroups.isOf(C, "old"));
        assertEquals(C, quotaGroups.current(C));
    }

    @Test
    void what_is_no_groups_is_what_it_was() {
        quotaGroups.isOf(B, "org");
        assertTrue(quotaGroups.isOf(A, "org").isPresent());

        for (Scope scope : Set.of(
                new Scope.OfKey(new KeySlot(GROQ, 1)), new Scope.OfModel(GROQ, BIG), new Scope.OfProvider(GROQ))) {
            assertEquals(scope, quotaGroups.current(scope));
        }
    }

    @Test
    void what_a_group_is_of_is_known_of_it_among_other_keys() {
        quotaGroups.isOf(A, "org");

        assertTrue(quotaGroups
                .of(List.of(provider(GROQ, "a", "b")), _ -> true)
                .isOf(B, "org")
                .isPresent());
    }

    @Test
    void of_a_provider_that_is_not_kept_no_organisation_is_known() {
        quotaGroups.isOf(A, "org");

        assertEquals(
                Optional.empty(),
                quotaGroups.of(List.of(provider(GROQ, "a", "b")), _ -> false).isOf(B, "org"));
    }

    @Test
    void nobody_joins_a_group_that_has_left() {
        quotaGroups.isOf(A, "org");

        assertEquals(
                Optional.empty(),
                quotaGroups.of(List.of(provider(GROQ, "b", "c")), _ -> true).isOf(B, "org"));
    }

    private static QuotaGroup group(String name) {
        return new QuotaGroup(GROQ, name);
    }
}
