package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.function.Function;
import java.util.stream.Stream;

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
                            root + ".adapters.http..",
                            root + ".application.port.in..",
                            root + ".domain..",
                            root + ".json.."))))),

    PROVIDERS_SEE_THE_OUT_PORTS(root -> noClasses()
            .that()
            .resideInAPackage(root + ".adapters.llm..")
            .should()
            .dependOnClassesThat(resideInAPackage(root + "..")
                    .and(not(resideInAnyPackage(
                            root + ".adapters.llm..",
                            root + ".application.port.out..",
                            root + ".domain..",
                            root + ".json.."))))),

    METRICS_SEE_THE_OUT_PORTS(root -> noClasses()
            .that()
            .resideInAPackage(root + ".adapters.metrics..")
            .should()
            .dependOnClassesThat(resideInAPackage(root + "..")
                    .and(not(resideInAnyPackage(
                            root + ".adapters.metrics..", root + ".application.port.out..", root + ".domain.."))))),

    JSON_SEES_ONLY_THE_WORDS(root -> noClasses()
            .that()
            .resideInAPackage(root + ".json..")
            .should()
            .dependOnClassesThat(resideInAPackage(root + "..")
                    .and(not(resideInAnyPackage(root + ".json..", root + ".domain.chat.."))))),

    PROVIDERS_DO_NOT_SEE_EACH_OTHER(root -> slices().matching(root + ".adapters.llm.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    resideInAPackage(root + ".adapters.llm.."),
                    resideInAnyPackage(
                            root + ".adapters.llm.openai..",
                            root + ".adapters.llm.transport..",
                            root + ".adapters.llm.sdk..",
                            root + ".adapters.llm.cache..",
                            root + ".adapters.llm.redaction..",
                            root + ".adapters.llm.memory.."))),

    CORE_READS_NO_CLOCK(13, root -> core(root).should().accessTargetWhere(Surroundings.CLOCKS)),

    CORE_LEAVES_NOTHING_TO_CHANCE(4, root -> core(root).should().accessTargetWhere(Surroundings.CHANCE)),

    CORE_STARTS_NO_THREADS(16, root -> core(root).should().accessTargetWhere(Surroundings.THREADS)),

    CORE_NEVER_SLEEPS(5, root -> core(root).should().accessTargetWhere(Surroundings.SLEEP)),

    CORE_KNOWS_NO_LOCALE(9, root -> core(root).should().accessTargetWhere(Surroundings.LOCALES)),

    CORE_LOGS_NOTHING(5, root -> core(root).should().accessTargetWhere(Surroundings.LOGS)),

    ONLY_BOOTSTRAP_READS_THE_ENVIRONMENT(
            6,
            root -> noClasses()
                    .that()
                    .resideOutsideOfPackage(root + ".bootstrap..")
                    .should()
                    .accessTargetWhere(Surroundings.ENVIRONMENT)),

    ONLY_MAIN_HOLDS_THE_CONSOLE(
            5,
            root -> noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName(root + ".bootstrap.Main")
                    .should()
                    .accessTargetWhere(Surroundings.CONSOLE)),

    JSON_IS_READ_AT_THE_EDGES(root -> only(root, ".json..", ".adapters..", ".bootstrap.log..")
            .dependOnClassesThat(resideInAPackage("com.fasterxml.jackson.."))),

    ONLY_DOORS_SERVE(
            2,
            root -> only(root, ".adapters.http..")
                    .dependOnClassesThat(resideInAnyPackage("io.helidon.webserver..", "io.helidon.websocket.."))),

    /// The program asks itself, too: the tour of the demo is a client.
    ONLY_THE_WIRE_CALLS(
            2,
            root -> only(root, ".adapters.llm.transport..", ".adapters.llm.sdk..", ".bootstrap..")
                    .dependOnClassesThat(resideInAnyPackage("io.helidon.webclient..", "java.net.http.."))),

    ONLY_EDGES_KNOW_HTTP(
            2,
            root -> noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            root + ".adapters.http..",
                            root + ".adapters.llm.openai..",
                            root + ".adapters.llm.transport..",
                            root + ".adapters.llm.sdk..",
                            root + ".bootstrap..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("io.helidon.http..", "java.net.http.."))),

    ONLY_METRICS_COUNT(
            2,
            root -> only(root, ".adapters.metrics..")
                    .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.prometheus.."))),

    ONLY_SETTINGS_READ_FILES_OF_THEM(root ->
            only(root, ".bootstrap.settings..").dependOnClassesThat(resideInAPackage("io.github.cdimascio.dotenv.."))),

    ONLY_PROVIDERS_SEE_KEYS(root -> noClasses()
            .that()
            .resideOutsideOfPackage(root + ".adapters.llm..")
            .should()
            .accessTargetWhere(Uses.of(root + ".application.port.out.ApiKey", "reveal"))),

    DOMAIN_TYPES_ARE_CLOSED(root -> classes()
            .that()
            .resideInAPackage(root + ".domain..")
            .and()
            .areNotAnonymousClasses()
            .and()
            .doNotHaveSimpleName("package-info")
            .and()
            // What failover needs of rotation, which sees failover: sealing it would close a cycle of
            // packages.
            .doNotHaveFullyQualifiedName(root + ".domain.failover.KeySelector")
            .should(be(Shapes.CLOSED))),

    /// Except for counters, which change under the one lock and do not leave their package.
    DOMAIN_FIELDS_ARE_FINAL(root -> fields().that()
            .areDeclaredInClassesThat(resideInAPackage(root + ".domain..")
                    .and(not(simpleName("AdmissionControl")
                            .or(simpleName("InFlightCalls"))
                            .or(simpleName("AcceptedCalls"))
                            .or(simpleName("LetIn"))
                            .or(simpleName("Queue")))))
            .should()
            .beFinal()),

    COLLECTIONS_ARE_COPIED_AT_THE_DOOR(
            3,
            root -> classes()
                    .that()
                    .resideInAnyPackage(root + ".domain..", root + ".application..")
                    .and()
                    .areRecords()
                    .and()
                    .arePublic()
                    .should(be(Shapes.COPYING))),

    NOTHING_SHARED_CHANGES(
            8,
            root -> fields().that()
                    .areStatic()
                    .and(Shapes.SHARED)
                    .and()
                    .areDeclaredInClassesThat(resideInAPackage(root + ".."))
                    .should()
                    .beFinal()
                    .andShould()
                    .notHaveRawType(Shapes.CHANGING)),

    /// One that does not leave its package may be checked: so the compiler sees that it becomes a value there.
    /// But for the transports' one: each adapter makes a failure of it.
    EXCEPTIONS_ARE_UNCHECKED(
            2,
            root -> throwables(root)
                    .and()
                    .arePublic()
                    .and()
                    .resideOutsideOfPackage(root + ".adapters.llm.transport..")
                    .should()
                    .beAssignableTo(RuntimeException.class)),

    EXCEPTIONS_ARE_CLOSED(root -> throwables(root).should(be(Shapes.CLOSED))),

    EXCEPTIONS_SAY_SO(root -> throwables(root).should().haveSimpleNameEndingWith("Exception")),

    NO_EXCEPTION_IS_NAMELESS(
            4,
            root -> noClasses()
                    .that()
                    .resideInAPackage(root + "..")
                    .should()
                    .callConstructorWhere(Uses.THROWING_NAMELESS)),

    EVERY_PACKAGE_SAYS_WHAT_MAY_BE_NULL(
            root -> classes().that().resideInAPackage(root + "..").should(be(Shapes.NULL_MARKED))),

    NOTHING_IS_INJECTED(
            5, root -> noClasses().that().resideInAPackage(root + "..").should().dependOnClassesThat(Shapes.INJECTING)),

    NAMES_SAY_WHAT_A_THING_IS(
            5,
            root -> noClasses()
                    .that()
                    .resideInAPackage(root + "..")
                    .should()
                    .haveNameMatching(".*(Impl|Util|Utils|Helper|Manager)(\\$.*)?")),

    PORTS_ARE_CONTRACTS(root -> classes()
            .that()
            .resideInAPackage(root + ".application.port..")
            .and()
            .areNotAnonymousClasses()
            .should(be(Shapes.CONTRACT))),

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

    /// The packages below are the adapter's own: modules do not export them.
    ADAPTER_PACKAGES_HAVE_ONE_DOOR(
            2,
            root -> classes()
                    .that()
                    .resideInAnyPackage(
                            root + ".adapters.*",
                            root + ".adapters.llm.cerebras",
                            root + ".adapters.llm.compatible",
                            root + ".adapters.llm.groq")
                    .and()
                    .areTopLevelClasses()
                    .and()
                    .arePublic()
                    .should(be(Shapes.ALONE))),

    /// Whoever speaks to a provider was tried in front of one that may do anything.
    EACH_PROVIDER_KEEPS_THE_CONTRACT(root -> classes()
            .that()
            .implement(root + ".application.port.out.LlmProvider")
            .and()
            .areNotAnonymousClasses()
            .should(be(Shapes.tried(root + ".contract.LlmPortContract")))),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles());

    private final int breaches;

    @SuppressWarnings("ImmutableEnumChecker") // The functions above hold nothing.
    private final Function<String, ArchRule> below;

    Rule(Function<String, ArchRule> below) {
        this(1, below);
    }

    /// @param breaches how often the fixture breaks it: in each way that the rule knows, and in no other
    Rule(int breaches, Function<String, ArchRule> below) {
        this.breaches = breaches;
        this.below = below;
    }

    int breaches() {
        return breaches;
    }

    private static GivenClassesConjunction core(String root) {
        return noClasses().that().resideInAnyPackage(root + ".domain..", root + ".application..");
    }

    /// What nothing below `root` may do but for some packages there.
    private static ClassesShould only(String root, String... packages) {
        return noClasses()
                .that(resideInAPackage(root + "..")
                        .and(resideOutsideOfPackages(
                                Stream.of(packages).map(name -> root + name).toArray(String[]::new))))
                .should();
    }

    private static GivenClassesConjunction throwables(String root) {
        return classes().that(resideInAPackage(root + "..").and(assignableTo(Throwable.class)));
    }

    ArchRule below(String root) {
        return below.apply(root).as(name());
    }
}
