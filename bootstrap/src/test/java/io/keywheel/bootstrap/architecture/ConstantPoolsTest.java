package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks all packages that the core references, including references that ArchUnit misses.
class ConstantPoolsTest {

    private static final List<String> VALUES = List.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.util",
            "java.util.function",
            "java.util.stream",
            "java.time",
            "java.time.temporal", // in what java.time wants and gives
            "org.jspecify.annotations");

    private static final List<String> CONCURRENCY =
            List.of("java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks");

    private static final String FIXTURE = "io.keywheel.bootstrap.architecture.fixture.constantpool";

    @Test
    void domain_references_only_value_packages() {
        assertEquals(Set.of(), ConstantPools.strangers(classes("domain"), and(VALUES, "io.keywheel.domain..")));
    }

    @Test
    void application_references_only_values_and_concurrency() {
        List<String> own = and(and(VALUES, "io.keywheel.domain.."), "io.keywheel.application..");
        List<String> allowed = Stream.concat(own.stream(), CONCURRENCY.stream()).toList();

        assertEquals(Set.of(), ConstantPools.strangers(classes("application"), allowed));
    }

    @Test
    void constant_pool_check_reports_each_fixture_violation() {
        assertEquals(
                Set.of(
                        "ViolationOfACast -> java/sql/Savepoint",
                        "ViolationOfAName -> java/lang/Class.forName",
                        "ViolationOfAPattern -> java/sql/Savepoint",
                        "ViolationOfATypeUse -> io/keywheel/bootstrap/architecture/fixture/constantpool/Foreign",
                        "ViolationOfAnArray -> java/sql/Savepoint"),
                ConstantPools.strangers(fixture(), and(VALUES, FIXTURE + ".domain..")));
    }

    /// If ArchUnit reported them, this test would be redundant.
    @Test
    void archunit_misses_the_violations_in_constant_pools() {
        var classes = new ClassFileImporter().importPath(fixture()).that(resideInAPackage(FIXTURE + ".domain"));

        assertFalse(
                Rule.DOMAIN_USES_ONLY_VALUES.below(FIXTURE).evaluate(classes).hasViolation());
    }

    private static Path classes(String module) {
        return Path.of("..", module, "target", "classes");
    }

    private static Path fixture() {
        return Path.of("target", "test-classes").resolve((FIXTURE + ".domain").replace('.', '/'));
    }

    private static List<String> and(List<String> packages, String another) {
        return Stream.concat(packages.stream(), Stream.of(another)).toList();
    }
}
