package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.lang.ArchRule;
import io.keywheel.bootstrap.architecture.Literals.Literal;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Are the rules themselves right? Each literal in them, a package, a class, the name of a method, is changed,
/// one at a time: then either the product must break a rule, or a fixture must not be found as guilty as it is.
///
/// It takes minutes and is no part of the suite: `./keywheel test -pl bootstrap -am -Dtest=RuleMutation
/// -Dsurefire.failIfNoSpecifiedTests=false`.
class RuleMutation {

    @Test
    void at_least_95_of_100_changed_literals_are_caught() throws Exception {
        var survivors = new ArrayList<Literal>();
        List<Literal> literals = Literals.of(Rule.class, Surroundings.class, Shapes.class, Uses.class);
        for (Literal literal : literals) {
            if (survives(Literals.changing(literal))) {
                survivors.add(literal);
            }
        }
        System.out.println(literals.size() + " literals changed, " + survivors.size() + " not noticed");
        survivors.forEach(literal -> System.out.println("not noticed: " + literal));

        assertTrue(survivors.size() <= 0.05 * literals.size(), survivors::toString);
    }

    @Test
    void nothing_is_caught_where_nothing_is_changed() throws Exception {
        assertTrue(survives(Literals.changing(null)));
    }

    private static boolean survives(ClassLoader mutant) throws ReflectiveOperationException {
        try {
            Object[] rules = Class.forName(Rule.class.getName(), true, mutant).getEnumConstants();
            for (Object rule : rules) {
                if (isCaught((Enum<?>) rule)) {
                    return false;
                }
            }
            return true;
        } catch (LinkageError | AssertionError _) {
            return false; // Nor would the test of that rule go through.
        }
    }

    private static boolean isCaught(Enum<?> rule) throws ReflectiveOperationException {
        String root = RuleMutation.class.getPackageName() + ".fixture."
                + rule.name().toLowerCase(Locale.ROOT).replace("_", "");
        if (below(rule, "io.keywheel")
                .evaluate(Imported.judgedBy(Rule.valueOf(rule.name())))
                .hasViolation()) {
            return true;
        }
        List<String> breaches = below(rule, root)
                .allowEmptyShould(true)
                .evaluate(Imported.FIXTURES.that(resideInAPackage(root + "..")))
                .getFailureReport()
                .getDetails();
        return breaches.size() != Rule.valueOf(rule.name()).breaches()
                || breaches.stream().noneMatch(breach -> breach.contains("Violation"));
    }

    private static ArchRule below(Enum<?> rule, String root) throws ReflectiveOperationException {
        Method below = rule.getDeclaringClass().getDeclaredMethod("below", String.class);
        below.setAccessible(true);
        return (ArchRule) below.invoke(rule, root);
    }
}
