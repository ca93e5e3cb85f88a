package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;

/// What the architecture forbids. Each rule holds below a root package: that of the product, or that of the
/// fixture which breaks it.
enum Rule {
    DOMAIN_KNOWS_ONLY_VALUES(root -> classes()
            .that()
            .resideInAPackage(root + ".domain..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    root + ".domain..",
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke", // what the compiler makes of lambdas and string concatenation
                    "java.lang.runtime", // and of patterns and records
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "java.time",
                    "org.jspecify.annotations"))),

    APPLICATION_ADDS_ONLY_CONCURRENCY(root -> classes()
            .that()
            .resideInAPackage(root + ".application..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    root + ".application..",
                    root + ".domain..",
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks",
                    "java.time",
                    "org.jspecify.annotations"))),

    DOORS_SEE_THE_IN_PORTS(root -> noClasses()
            .that()
            .resideInAPackage(root + ".adapters.http..")
            .should()
            .dependOnClassesThat(resideInAPackage(root + "..")
                    .and(not(resideInAnyPackage(
                            root + ".adapters.http..", root + ".application.port.in..", root + ".domain.."))))),

    PROVIDERS_SEE_THE_OUT_PORTS(root -> noClasses()
            .that()
            .resideInAPackage(root + ".adapters.llm..")
            .should()
            .dependOnClassesThat(resideInAPackage(root + "..")
                    .and(not(resideInAnyPackage(
                            root + ".adapters.llm..", root + ".application.port.out..", root + ".domain.."))))),

    PROVIDERS_DO_NOT_SEE_EACH_OTHER(root -> slices().matching(root + ".adapters.llm.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    resideInAPackage(root + ".adapters.llm.."),
                    resideInAnyPackage(root + ".adapters.llm.wire..", root + ".adapters.llm.cache.."))),

    ONLY_BOOTSTRAP_READS_THE_ENVIRONMENT(root -> noClasses()
            .that()
            .resideOutsideOfPackage(root + ".bootstrap..")
            .should()
            .callMethodWhere(Calls.of(System.class, "getenv", "getProperty", "getProperties"))),

    ONLY_PROVIDERS_SEE_KEYS(root -> noClasses()
            .that()
            .resideOutsideOfPackage(root + ".adapters.llm..")
            .should()
            .callMethodWhere(Calls.to(root + ".application.port.out.ApiKey", "reveal"))),

    IN_PORTS_ARE_USE_CASES(root -> classes()
            .that()
            .resideInAPackage(root + ".application.port.in")
            .and()
            .areInterfaces()
            .and()
            .doNotHaveSimpleName("package-info")
            .and()
            .haveSimpleNameNotEndingWith("Sink")
            .should()
            .haveSimpleNameEndingWith("UseCase")),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles()),

    NOBODY_SPEAKS_OVER_THE_CONSOLE(root -> noClasses()
            .that()
            .doNotHaveSimpleName("Main")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));

    @SuppressWarnings("ImmutableEnumChecker") // The functions above hold nothing.
    private final Function<String, ArchRule> below;

    Rule(Function<String, ArchRule> below) {
        this.below = below;
    }

    ArchRule below(String root) {
        return below.apply(root).as(name());
    }
}
