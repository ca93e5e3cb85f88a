package io.keywheel.bootstrap.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The compiled classes that the rules look at.
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

    static final JavaClasses PRODUCT = classes(MODULES.stream().map(Imported::ofProduct));

    /// With the tests of the adapters.
    private static final JavaClasses TESTED = classes(Stream.concat(
            Stream.concat(MODULES.stream(), Stream.of("tools/testkit")).map(Imported::ofProduct),
            Stream.of("adapter-sdk", "adapters-llm-out")
                    .map(module -> Path.of("..", module, "target", "test-classes"))));

    static final JavaClasses FIXTURES = classes(Stream.of(Path.of("target", "test-classes")));

    private Imported() {}

    /// The part of the product that a rule is about.
    static JavaClasses checkedBy(Rule rule) {
        return rule == Rule.EACH_LLM_ADAPTER_HAS_A_CONTRACT_TEST ? TESTED : PRODUCT;
    }

    private static Path ofProduct(String module) {
        return Path.of("..", module, "target", "classes");
    }

    private static JavaClasses classes(Stream<Path> paths) {
        return new ClassFileImporter().importPaths(paths.toList());
    }
}
