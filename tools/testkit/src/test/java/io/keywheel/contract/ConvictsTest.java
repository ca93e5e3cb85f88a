package io.keywheel.contract;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Every check has a convict: an adapter that does well but for one thing, and fails that check and no other.
/// The slow checks have most of the cost: each is tried on its own convict alone.
class ConvictsTest {

    /// They mostly wait.
    private static final ExecutorService COURTS = Executors.newFixedThreadPool(24);

    private static final Map<Fault, Future<Set<String>>> VERDICTS = new EnumMap<>(Fault.class);

    @BeforeAll
    static void tryAll() {
        for (Fault fault : Fault.values()) {
            VERDICTS.put(fault, COURTS.submit(() -> failedBy(fault)));
        }
    }

    @AfterAll
    static void close() {
        COURTS.shutdownNow();
    }

    @Test
    void every_check_has_its_convict() {
        Set<String> checks = Arrays.stream(LlmPortContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(toCollection(TreeSet::new));

        assertEquals(
                checks, Arrays.stream(Fault.values()).map(ConvictsTest::check).collect(toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @EnumSource
    void fails_its_check_and_no_other(Fault fault) throws Exception {
        assertEquals(
                Set.of(check(fault)),
                Objects.requireNonNull(VERDICTS.get(fault)).get());
    }

    private static Set<String> failedBy(Fault fault) {
        var failed = new ConcurrentSkipListSet<String>();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(Accused.class))
                .configurationParameter("fault", fault.name())
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(isFastOrOf(fault, test)));
        LauncherFactory.create().execute(request.build(), new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                    failed.add(nameOf(test.getSource()));
                }
            }
        });
        return failed;
    }

    private static boolean isFastOrOf(Fault fault, TestDescriptor test) {
        return !test.getTags().contains(TestTag.create(Subject.SLOW))
                || nameOf(test.getSource()).equals(check(fault));
    }

    private static String nameOf(Optional<TestSource> source) {
        return source.filter(MethodSource.class::isInstance)
                .map(method -> ((MethodSource) method).getMethodName())
                .orElse("the contract as a whole");
    }

    private static String check(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT);
    }
}
