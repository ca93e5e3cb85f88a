package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.ANONYMOUS_CLASSES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.implement;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShould;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/// The rules of the architecture. Each applies below a root package: that of the product, or that of the fixture
/// which violates it.
enum Rule {
    DOMAIN_USES_ONLY_VALUES(root -> usesOnly(root, List.of(), ".domain..")),

    APPLICATION_ADDS_ONLY_CONCURRENCY(root -> usesOnly(
            root,
            List.of("java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks"),
            ".application..",
            ".domain..")),

    HTTP_ADAPTER_SEES_THE_IN_PORTS(
            root -> seesOnly(root, in(root, ".adapters.http.."), ".application.port.in..", ".domain..", ".json..")),

    /// A chat on a WebSocket is one of the native API.
    ONLY_THE_ASSEMBLY_KNOWS_HTTP_APIS(
            2,
            root -> slices().matching(root + ".adapters.http.(*)..")
                    .should()
                    .notDependOnEachOther()
                    .ignoreDependency(
                            in(root, ".adapters.http.."),
                            in(
                                    root,
                                    ".adapters.http.access..",
                                    ".adapters.http.answers..",
                                    ".adapters.http.connection..",
                                    ".adapters.http.errors..",
                                    ".adapters.http.json..",
                                    ".adapters.http.metrics..",
                                    ".adapters.http.request..",
                                    ".adapters.http.server.."))
                    .ignoreDependency(in(root, ".adapters.http.websocket.."), in(root, ".adapters.http.chat.."))),

    OUT_ADAPTERS_SEE_THE_OUT_PORTS(root -> seesOnly(
            root,
            in(root, ".adapters..").and(not(in(root, ".adapters.http.."))),
            ".application.port.out..",
            ".domain..",
            ".json..")),

    ADAPTERS_DO_NOT_SEE_EACH_OTHER(
            root -> slices().matching(root + ".adapters.(*)..").should().notDependOnEachOther()),

    JSON_SEES_ONLY_THE_CHAT_TYPES(root -> seesOnly(root, in(root, ".json.."), ".domain.chat..")),

    /// Adapters translate; `application` asks which key is next.
    ONLY_THE_APPLICATION_ROTATES(
            root -> onlyIn(root, ".domain..", ".application..").dependOnClassesThat(in(root, ".domain.rotation.."))),

    PROVIDERS_DO_NOT_SEE_EACH_OTHER(root -> slices().matching(root + ".adapters.llm.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(in(root, ".adapters.llm.."), sharedByProviders(root))),

    CORE_READS_NO_CLOCK(7, root -> core(root).accessTargetWhere(SystemAccess.CLOCKS)),

    CORE_USES_NO_RANDOMNESS(7, root -> core(root).accessTargetWhere(SystemAccess.RANDOMNESS)),

    CORE_STARTS_NO_THREADS(18, root -> core(root).accessTargetWhere(SystemAccess.THREADS)),

    CORE_NEVER_SLEEPS(6, root -> core(root).accessTargetWhere(SystemAccess.SLEEP)),

    CORE_KNOWS_NO_LOCALE(9, root -> core(root).accessTargetWhere(SystemAccess.LOCALES)),

    /// The system has time, properties, environment, streams, logs and processes.
    CORE_KNOWS_NO_SYSTEM(15, root -> core(root).accessTargetWhere(SystemAccess.SYSTEM)),

    ONLY_BOOTSTRAP_READS_THE_ENVIRONMENT(
            6, root -> onlyIn(root, ".bootstrap..").accessTargetWhere(SystemAccess.ENVIRONMENT)),

    ONLY_MAIN_USES_THE_CONSOLE(
            7,
            root -> noClasses()
                    .that()
                    .doNotHaveFullyQualifiedName(root + ".bootstrap.Main")
                    .should()
                    .accessTargetWhere(SystemAccess.CONSOLE)),

    ONLY_EDGES_USE_JACKSON(root -> onlyIn(root, ".json..", ".adapters..", ".bootstrap.log..")
            .dependOnClassesThat(resideInAPackage("com.fasterxml.jackson.."))),

    /// Attempts and adapters use them through `Transport`.
    ONLY_TRANSPORTS_CALL(
            2,
            root -> onlyIn(root, ".adapters.llm.transport..")
                    .dependOnClassesThat(resideInAnyPackage("io.helidon.webclient..", "java.net.http.."))),

    ONLY_METRICS_USE_MICROMETER(
            2,
            root -> onlyIn(root, ".adapters.metrics..")
                    .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.prometheus.."))),

    ONLY_USAGE_USES_MVSTORE(
            root -> onlyIn(root, ".adapters.usage..").dependOnClassesThat(resideInAPackage("org.h2.."))),

    ONLY_STATE_USES_JEDIS(
            root -> onlyIn(root, ".adapters.state..").dependOnClassesThat(resideInAPackage("redis.clients.."))),

    ONLY_TRACES_USE_OPENTELEMETRY(
            root -> onlyIn(root, ".adapters.trace..").dependOnClassesThat(resideInAPackage("io.opentelemetry.."))),

    /// Shared state hashes them, with a salt.
    ONLY_LLM_AND_STATE_ADAPTERS_REVEAL_KEYS(root -> onlyIn(root, ".adapters.llm..", ".adapters.state..")
            .accessTargetWhere(Uses.of(root + ".application.port.out.ApiKey", "reveal"))),

    /// Rotation implements `KeySelector` for failover, and the application implements `Request`. Both depend on
    /// failover, so sealing these types would close a cycle.
    DOMAIN_TYPES_ARE_CLOSED(root -> classes()
            .that(in(root, ".domain..")
                    .and(not(ANONYMOUS_CLASSES))
                    .and(not(simpleName("package-info")
                            .or(one(root, ".domain.failover.KeySelector", ".domain.failover.WaitQueue$Request")))))
            .should(be(Shapes.CLOSED))),

    /// Except for state that changes under a lock, or in one thread, and does not leave its package.
    DOMAIN_FIELDS_ARE_FINAL(root -> fields().that()
            .areDeclaredInClassesThat(in(root, ".domain..")
                    .and(not(one(
                            root,
                            ".domain.chat.BlockNumbers",
                            ".domain.client.ClientBudget",
                            ".domain.client.SlidingMinute",
                            ".domain.client.SlidingMinute$Entry",
                            ".domain.failover.WaitQueue",
                            ".domain.failover.WaitQueue$Queue",
                            ".domain.quota.AcceptedCalls",
                            ".domain.quota.AcceptedCalls$AcceptedCall",
                            ".domain.quota.AdmissionControl",
                            ".domain.quota.InFlightCalls",
                            ".domain.rotation.RecentAttempts$Slice",
                            ".domain.rotation.RoundRobin$Queue",
                            ".domain.rotation.SharedCalls",
                            ".domain.rotation.ThrottleDetector"))))
            .should()
            .beFinal()),

    PUBLIC_RECORDS_COPY_COLLECTIONS(
            4,
            root -> classes()
                    .that(in(root, ".domain..", ".application.."))
                    .and()
                    .areRecords()
                    .and()
                    .arePublic()
                    .should(be(Shapes.COPYING))),

    /// The type of the field may hide that its object is mutable, so initializers are checked, too.
    STATIC_FIELDS_ARE_IMMUTABLE(
            17,
            root -> CompositeArchRule.of(fields().that()
                            .areStatic()
                            .and(Shapes.SHARED)
                            .and()
                            .areDeclaredInClassesThat(in(root, ".."))
                            .should()
                            .beFinal()
                            .andShould()
                            .notHaveRawType(Shapes.MUTABLE))
                    .and(noClasses().that(in(root, "..")).should().accessTargetWhere(Uses.CREATING_STATIC_STATE))),

    /// A checked exception must not leave its package, where the compiler enforces that it becomes a value. Those of
    /// the transports may be public: each adapter turns them into failures.
    PUBLIC_EXCEPTIONS_ARE_UNCHECKED(
            2,
            root -> classes()
                    .that(throwable(root).and(not(in(root, ".adapters.llm.transport.."))))
                    .and()
                    .arePublic()
                    .should()
                    .beAssignableTo(RuntimeException.class)),

    EXCEPTIONS_ARE_CLOSED(root -> classes().that(throwable(root)).should(be(Shapes.CLOSED))),

    EXCEPTIONS_ARE_NAMED_SO(root -> classes().that(throwable(root)).should().haveSimpleNameEndingWith("Exception")),

    NO_GENERIC_EXCEPTION_IS_THROWN(
            5, root -> noClasses().that(in(root, "..")).should().accessTargetWhere(Uses.CREATING_GENERIC)),

    PACKAGES_ARE_NULL_MARKED(root -> classes().that(in(root, "..")).should(be(Shapes.NULL_MARKED))),

    NOTHING_IS_INJECTED(5, root -> noClasses().that(in(root, "..")).should().dependOnClassesThat(Shapes.INJECTING)),

    NO_NAME_IS_VAGUE(
            6,
            root -> noClasses()
                    .that(in(root, ".."))
                    .should()
                    .haveNameMatching("(?i).*(Impl|Util|Utils|Helper|Manager)([.$].*)?")),

    PORTS_ARE_INTERFACES_OR_VALUES(root -> classes()
            .that(in(root, ".application.port..").and(not(ANONYMOUS_CLASSES)))
            .should(be(Shapes.INTERFACE_OR_VALUE))),

    IN_PORTS_ARE_USE_CASES(root -> classes()
            .that(in(root, ".application.port.in..").and(not(simpleName("package-info"))))
            .and()
            .areInterfaces()
            .and()
            .haveSimpleNameNotEndingWith("Sink")
            .should()
            .haveSimpleNameEndingWith("UseCase")),

    /// The packages below are the adapter's own: modules do not export them.
    ADAPTER_PACKAGES_HAVE_ONE_PUBLIC_TYPE(
            4,
            root -> publicTypes(in(root, ".adapters.*", ".adapters.llm.*").and(not(sharedByProviders(root))))
                    .should(be(Shapes.ALONE))),

    /// Bootstrap builds a gateway from its parts.
    ONLY_THE_GATEWAY_IS_PUBLIC_IN_SERVICE(
            root -> publicTypes(in(root, ".application.service")).should().haveSimpleNameStartingWith("Gateway")),

    EACH_LLM_ADAPTER_HAS_A_CONTRACT_TEST(root -> classes()
            .that(implement(root + ".application.port.out.LlmProvider").and(not(ANONYMOUS_CLASSES)))
            .should(be(Shapes.testedBy(root + ".contract.LlmPortContract")))),

    PACKAGES_HAVE_NO_CYCLES(root -> slices().matching(root + ".(**)").should().beFreeOfCycles());

    private final int violations;

    private final Function<String, ArchRule> below;

    Rule(Function<String, ArchRule> below) {
        this(1, below);
    }

    /// @param violations how often the fixture violates it: once for each part of the rule
    Rule(int violations, Function<String, ArchRule> below) {
        this.violations = violations;
        this.below = below;
    }

    int violations() {
        return violations;
    }

    /// The name of the package of its fixture, which it may share with rules of the same kind.
    String fixture() {
        return switch (this) {
            case HTTP_ADAPTER_SEES_THE_IN_PORTS, OUT_ADAPTERS_SEE_THE_OUT_PORTS -> "ports";
            case CORE_READS_NO_CLOCK,
                    CORE_USES_NO_RANDOMNESS,
                    CORE_STARTS_NO_THREADS,
                    CORE_NEVER_SLEEPS,
                    CORE_KNOWS_NO_LOCALE,
                    CORE_KNOWS_NO_SYSTEM,
                    ONLY_BOOTSTRAP_READS_THE_ENVIRONMENT,
                    ONLY_MAIN_USES_THE_CONSOLE -> "systemaccess";
            case ONLY_EDGES_USE_JACKSON,
                    ONLY_TRANSPORTS_CALL,
                    ONLY_METRICS_USE_MICROMETER,
                    ONLY_USAGE_USES_MVSTORE,
                    ONLY_STATE_USES_JEDIS,
                    ONLY_TRACES_USE_OPENTELEMETRY -> "libraries";
            default -> name().toLowerCase(Locale.ROOT).replace("_", "");
        };
    }

    ArchRule below(String root) {
        return below.apply(root).as(name());
    }

    private static DescribedPredicate<JavaClass> in(String root, String... packages) {
        return resideInAnyPackage(below(root, packages));
    }

    private static DescribedPredicate<JavaClass> one(String root, String... classes) {
        List<String> names = List.of(below(root, classes));
        return DescribedPredicate.describe("one of " + names, type -> names.contains(type.getName()));
    }

    private static String[] below(String root, String... packages) {
        return Stream.of(packages).map(name -> root + name).toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> sharedByProviders(String root) {
        return in(
                root,
                ".adapters.llm.openai..",
                ".adapters.llm.transport..",
                ".adapters.llm.sdk..",
                ".adapters.llm.redaction..");
    }

    private static GivenClassesConjunction publicTypes(DescribedPredicate<JavaClass> where) {
        return classes().that(where).and().areTopLevelClasses().and().arePublic();
    }

    private static ClassesShould core(String root) {
        return noClasses().that(in(root, ".domain..", ".application..")).should();
    }

    /// Forbids something to all classes below `root` except those of some packages.
    private static ClassesShould onlyIn(String root, String... packages) {
        return noClasses()
                .that(in(root, "..").and(resideOutsideOfPackages(below(root, packages))))
                .should();
    }

    /// These classes use nothing of the product but themselves and some packages.
    private static ArchRule seesOnly(String root, DescribedPredicate<JavaClass> own, String... others) {
        return noClasses().that(own).should().dependOnClassesThat(in(root, "..").and(not(own.or(in(root, others)))));
    }

    /// The first package uses nothing at all but itself, the others, values of Java, and these libraries.
    private static ArchRule usesOnly(String root, List<String> libraries, String own, String... others) {
        return classes()
                .that(in(root, own))
                .should()
                .onlyDependOnClassesThat(in(root, own)
                        .or(in(root, others))
                        .or(resideInAnyPackage(libraries.toArray(String[]::new)))
                        .or(resideInAnyPackage(
                                "java.lang",
                                "java.util",
                                "java.util.function",
                                "java.util.stream",
                                "java.time",
                                "org.jspecify.annotations")));
    }

    private static DescribedPredicate<JavaClass> throwable(String root) {
        return in(root, "..").and(assignableTo(Throwable.class));
    }
}
