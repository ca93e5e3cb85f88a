package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.provider;
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
class GroupsTest {

    private static final QuotaGroup A = group("a");
    private static final QuotaGroup B = group("b");
    private static final QuotaGroup C = group("c");

    private final Groups groups = new Groups(List.of(provider(GROQ, "a", "b", "b", "c")));

    @Test
    void a_third_group_of_the_organisation_joins_the_two_that_are_one() {
        groups.isOf(A, "org");
        groups.isOf(B, "org");

        groups.isOf(C, "org");

        assertEquals(List.of(B, B, B), List.of(groups.current(A), groups.current(B), groups.current(C)));
    }

    @Test
    void a_group_that_is_named_anew_is_not_of_its_old_organisation_any_more() {
        groups.isOf(A, "old");
        groups.isOf(A, "new");

        assertEquals(Optional.empty(), groups.isOf(B, "old"));
    }

    @Test
    void a_million_organisations_leave_the_last_one_of_each_group() {
        for (int i = 0; i < 1_000_000; i++) {
            groups.isOf(i % 2 == 0 ? A : B, "org-" + i);
        }

        assertEquals(2, groups.organisations());
        assertEquals(Optional.empty(), groups.isOf(C, "org-999997"));
        assertTrue(groups.isOf(C, "org-999999").isPresent());
    }

    @Test
    void an_organisation_whose_group_has_joined_another_is_nobodys() {
        groups.isOf(A, "old");
        groups.isOf(B, "org");
        groups.isOf(A, "org");

        assertEquals(Optional.empty(), groups.isOf(C, "old"));
        assertEquals(C, groups.current(C));
    }

    @Test
    void what_is_no_groups_is_what_it_was() {
        groups.isOf(B, "org");
        assertTrue(groups.isOf(A, "org").isPresent());

        for (Scope scope : Set.of(
                new Scope.OfKey(new KeySlot(GROQ, 1)), new Scope.OfModel(GROQ, BIG), new Scope.OfProvider(GROQ))) {
            assertEquals(scope, groups.current(scope));
        }
    }

    @Test
    void what_a_group_is_of_is_known_of_it_among_other_keys() {
        groups.isOf(A, "org");

        assertTrue(groups.of(List.of(provider(GROQ, "a", "b")), _ -> true)
                .isOf(B, "org")
                .isPresent());
    }

    @Test
    void of_a_provider_that_is_not_kept_no_organisation_is_known() {
        groups.isOf(A, "org");

        assertEquals(
                Optional.empty(),
                groups.of(List.of(provider(GROQ, "a", "b")), _ -> false).isOf(B, "org"));
    }

    @Test
    void nobody_joins_a_group_that_has_left() {
        groups.isOf(A, "org");

        assertEquals(
                Optional.empty(),
                groups.of(List.of(provider(GROQ, "b", "c")), _ -> true).isOf(B, "org"));
    }

    private static QuotaGroup group(String name) {
        return new QuotaGroup(GROQ, name);
    }
}
