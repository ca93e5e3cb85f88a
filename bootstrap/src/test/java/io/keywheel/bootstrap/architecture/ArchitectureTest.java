package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

    @Test
    void the_whole_product_is_checked() {
        assertTrue(Imported.PRODUCT.size() > 200, "only " + Imported.PRODUCT.size() + " classes");
    }

    @ParameterizedTest
    @EnumSource
    void the_product_keeps_each_rule(Rule rule) {
        rule.below("io.keywheel").check(Imported.checkedBy(rule));
    }

    /// A rule that nothing can violate would check nothing: the fixture's `Violation` does all that it forbids, and
    /// an `Innocent` beside it what it allows.
    @ParameterizedTest
    @EnumSource
    void each_rule_finds_the_violations_of_its_fixture(Rule rule) {
        String root = getClass().getPackageName() + ".fixture."
                + rule.name().toLowerCase(Locale.ROOT).replace("_", "");

        List<String> found = rule.below(root)
                .allowEmptyShould(true)
                .evaluate(Imported.FIXTURES.that(resideInAPackage(root + "..")))
                .getFailureReport()
                .getDetails();

        assertEquals(rule.violations(), found.size(), found::toString);
        assertTrue(found.stream().anyMatch(violation -> violation.contains("Violation")), found::toString);
    }
}
