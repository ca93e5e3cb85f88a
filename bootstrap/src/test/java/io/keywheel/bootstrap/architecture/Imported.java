package io.keywheel.bootstrap.architecture;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.resolvers.SelectedClassResolverFromClasspath;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The compiled classes that the rules check, imported once.
final class Imported {

    private static final List<String> MODULES = List.of(
            "domain",
            "json",
            "application",
            "adapter-sdk",
            "adapters-llm-out",
            "adapters-http-in",
            "adapters-metrics-out",
            "adapters-usage-out",
            "adapters-state-out",
            "adapters-trace-out",
            "bootstrap");

    static {
        // Of the classes of libraries, no rule needs more than the name: none of the product extends their exceptions.
        ArchConfiguration.get().setClassResolver(SelectedClassResolverFromClasspath.class);
        ArchConfiguration.get().setClassResolverArguments("java");
    }

    private static final Path OF_FIXTURES = Path.of("target", "test-classes");

    private static final JavaClasses ALL = new ClassFileImporter()
            .importPaths(Stream.of(
                            MODULES.stream().map(Imported::ofProduct),
                            Stream.of(ofProduct("tools/testkit"), OF_FIXTURES),
                            Stream.of("adapter-sdk", "adapters-llm-out")
                                    .map(module -> Path.of("..", module, "target", "test-classes")))
                    .flatMap(paths -> paths)
                    .toList());

    static final JavaClasses PRODUCT =
            from(MODULES.stream().map(Imported::ofProduct).toList());

    static final JavaClasses FIXTURES = from(List.of(OF_FIXTURES));

    private Imported() {}

    /// The part of the product that a rule is about, with the tests of the adapters where these matter.
    static JavaClasses checkedBy(Rule rule) {
        return rule == Rule.EACH_LLM_ADAPTER_HAS_A_CONTRACT_TEST
                ? ALL.that(DescribedPredicate.not(DescribedPredicate.describe("a fixture", FIXTURES::contains)))
                : PRODUCT;
    }

    private static Path ofProduct(String module) {
        return Path.of("..", module, "target", "classes");
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
