package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.resolvers.SelectedClassResolverFromClasspath;
import io.keywheel.bootstrap.Sources;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Checks the [rules][Rule], and compares docs/architecture.puml with the code.
class ArchitectureTest {

    private static final String FIXTURE = ArchitectureTest.class.getPackageName() + ".fixture";
    private static final String DIAGRAM = Sources.page("architecture.puml");
    private static final Pattern COMPONENT = Pattern.compile("(?m)^ *\\[(.+)] <<(.+)\\.\\.>>$");
    private static final Pattern ARROW = Pattern.compile("(?m)^\\[(.+)] --> \\[(.+)]$");

    private static final Map<String, String> PACKAGES = COMPONENT
            .matcher(DIAGRAM)
            .results()
            .collect(toMap(component -> component.group(1), component -> component.group(2)));

    @Test
    void import_covers_more_than_200_classes() {
        assertTrue(Imported.PRODUCT.size() > 200, "only " + Imported.PRODUCT.size() + " classes");
    }

    @ParameterizedTest
    @EnumSource
    void product_satisfies_each_rule(Rule rule) {
        rule.below("io.keywheel").check(Imported.checkedBy(rule));
    }

    /// Each fixture has a `Violation` that the rule must report. Some have a `Permitted` class that it must not report.
    @ParameterizedTest
    @EnumSource
    void each_rule_reports_the_violations_of_its_fixture(Rule rule) {
        List<String> found = found(rule);

        assertEquals(rule.violations(), found.size(), found::toString);
        assertTrue(found.stream().anyMatch(violation -> violation.contains("Violation")), found::toString);
    }

    private static List<String> found(Rule rule) {
        String root = FIXTURE + "." + rule.fixture();
        return rule.below(root)
                .allowEmptyShould(true)
                .evaluate(Imported.FIXTURES.that(resideInAPackage(root + "..")))
                .getFailureReport()
                .getDetails();
    }

    /// In a shared fixture, a rule about the wrong package or library would find as many violations.
    @Test
    void no_two_rules_report_the_same_violations() {
        var rules = new HashMap<List<String>, Rule>();

        for (Rule rule : Rule.values()) {
            assertNull(rules.put(found(rule), rule), rule::name);
        }
    }

    /// If it reported them, [ConstantPoolsTest] would be redundant.
    @Test
    void archunit_misses_the_violations_in_constant_pools() {
        String root = FIXTURE + ".constantpool";

        assertFalse(Rule.DOMAIN_USES_ONLY_VALUES
                .below(root)
                .evaluate(Imported.FIXTURES.that(resideInAPackage(root + ".domain")))
                .hasViolation());
    }

    @Test
    void diagram_arrows_equal_the_dependencies_of_the_code() {
        var drawn = ARROW.matcher(DIAGRAM).results().map(arrow -> arrow.group(1) + " -> " + arrow.group(2));

        assertEquals(dependencies(), Sources.sorted(drawn));
    }

    @Test
    void every_class_belongs_to_a_component() {
        Set<String> unassigned = Imported.PRODUCT.stream()
                .filter(type -> component(type).isEmpty())
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("module-info"))
                .collect(toCollection(TreeSet::new));

        assertEquals(Set.of(), unassigned);
    }

    @Test
    void svg_has_every_component_and_as_many_arrows_as_the_diagram() {
        String picture = Sources.page("architecture.svg");

        PACKAGES.keySet().forEach(name -> assertTrue(picture.contains(">" + name + "<"), name));
        assertEquals(ARROW.matcher(DIAGRAM).results().count(), picture.split("<polygon ", -1).length - 1, "arrowheads");
    }

    private static Set<String> dependencies() {
        return Imported.PRODUCT.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .flatMap(known -> component(known.getOriginClass()).stream()
                        .flatMap(from -> component(known.getTargetClass().getBaseComponentType()).stream()
                                .filter(to -> !to.equals(from))
                                .map(to -> from + " -> " + to)))
                .collect(toCollection(TreeSet::new));
    }

    private static Optional<String> component(JavaClass type) {
        return PACKAGES.entrySet().stream()
                .filter(component -> (type.getPackageName() + ".").startsWith(component.getValue() + "."))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// The compiled classes that the rules check, imported once.
    private static final class Imported {

        /// Modules of the product are not below tools.
        private static final List<Path> MODULES = Sources.modules().stream()
                .filter(module -> Sources.ROOT.equals(module.getParent()))
                .map(Imported::compiled)
                .toList();

        static {
            // Of the classes of libraries, no rule needs more than the name: none of the product extends their
            // exceptions.
            ArchConfiguration.get().setClassResolver(SelectedClassResolverFromClasspath.class);
            ArchConfiguration.get().setClassResolverArguments("java");
        }

        private static final Path OF_FIXTURES =
                Path.of("target", "test-classes").resolve(FIXTURE.replace('.', '/'));

        private static final JavaClasses ALL = new ClassFileImporter()
                .importPaths(Stream.of(
                                MODULES.stream(),
                                Stream.of(
                                        compiled(Path.of("..", "tools", "testkit"))
                                                .resolve("io/keywheel/contract"),
                                        OF_FIXTURES),
                                Stream.of("adapter-sdk", "adapters-llm-out")
                                        .map(module -> Path.of("..", module, "target", "test-classes")))
                        .flatMap(paths -> paths)
                        .toList());

        static final JavaClasses PRODUCT = from(MODULES);

        static final JavaClasses FIXTURES = from(List.of(OF_FIXTURES));

        private Imported() {}

        /// The part of the product that a rule is about, with the tests of the adapters where these matter.
        static JavaClasses checkedBy(Rule rule) {
            return rule == Rule.EACH_LLM_ADAPTER_HAS_A_CONTRACT_TEST
                    ? ALL.that(DescribedPredicate.not(DescribedPredicate.describe("a fixture", FIXTURES::contains)))
                    : PRODUCT;
        }

        private static Path compiled(Path module) {
            return module.resolve("target").resolve("classes");
        }

        private static JavaClasses from(List<Path> paths) {
            var roots = paths.stream()
                    .map(path -> path.toAbsolutePath().normalize().toUri().toString())
                    .toList();
            return ALL.that(DescribedPredicate.describe("below " + paths, type -> {
                String source = type.getSource().orElseThrow().getUri().toString();
                return roots.stream().anyMatch(source::startsWith);
            }));
        }
    }
}
