package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

    @Test
    void the_whole_product_was_looked_at() {
        assertTrue(Imported.PRODUCT.size() > 200, "only " + Imported.PRODUCT.size() + " classes");
    }

    @ParameterizedTest
    @EnumSource
    void the_product_keeps_each_rule(Rule rule) {
        rule.below("io.keywheel").check(Imported.judgedBy(rule));
    }

    /// A rule that nothing can break would keep nothing: whatever it knows to forbid, the guilty one does, and
    /// the innocent one beside it does what is allowed.
    @ParameterizedTest
    @EnumSource
    void each_rule_names_the_guilty_one_of_its_fixture(Rule rule) {
        String root = getClass().getPackageName() + ".fixture."
                + rule.name().toLowerCase(Locale.ROOT).replace("_", "");

        EvaluationResult result =
                rule.below(root).allowEmptyShould(true).evaluate(Imported.FIXTURES.that(resideInAPackage(root + "..")));

        List<String> breaches = result.getFailureReport().getDetails();
        assertEquals(rule.breaches(), breaches.size(), breaches::toString);
        assertTrue(breaches.stream().anyMatch(breach -> breach.contains("Violation")), breaches::toString);
    }
}
