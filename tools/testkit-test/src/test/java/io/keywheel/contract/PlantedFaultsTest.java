package io.keywheel.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.contract.AdapterUnderTest.Form;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each check of the contract must fail for its mutant. All mutants run concurrently, because most of them wait.
@Timeout(300)
class PlantedFaultsTest {

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(24);
    private static final Map<String, Future<@Nullable Throwable>> FAILURES = new ConcurrentHashMap<>();

    static Set<String> checks() {
        return of(Mutant.NONE).keySet();
    }

    /// The checks of the contract for a mutant, including each row of the check tables.
    private static Map<String, Executable> of(Mutant mutant) {
        var contract = new LineContractTest() {
            @Override
            Mutant mutant() {
                return mutant;
            }
        };
        var checks = new TreeMap<String, Executable>();
        for (Method method : LlmPortContract.class.getMethods()) {
            if (method.isAnnotationPresent(Test.class)) {
                checks.put(method.getName(), () -> method.invoke(contract));
            }
        }
        Stream.concat(contract.knows_each_kind(), contract.carries_each_feature())
                .forEach(row -> checks.put(row.getDisplayName(), row.getExecutable()));
        return checks;
    }

    @BeforeAll
    static void run_all() {
        checks().forEach(check -> FAILURES.put(check, THREADS.submit(() -> failureOf(check))));
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void contract_check_fails_for_its_mutant(String check) throws Exception {
        Throwable failure = requireNonNull(FAILURES.get(check)).get();

        assertNotNull(failure, "its mutant passes");
        assertFalse(failure.getClass().getName().endsWith("TestAbortedException"), "the check is skipped");
    }

    @Test
    void dropped_feature_message_explains_how_to_refuse_the_feature() throws Exception {
        String message = String.valueOf(
                requireNonNull(FAILURES.get("carries_a_seed_or_refuses_it")).get());

        assertTrue(message.contains("STREAM"), message);
        assertTrue(message.contains("no words for seed"), message);
        assertTrue(message.contains("capabilities"), message);
    }

    /// A check that asks in each form fails in the first one. It must also fail for a mutant in the other one alone.
    private static @Nullable Throwable failureOf(String check) {
        Throwable failure = failureOf(new Mutant(check, null));
        // As `assertAll` begins its message.
        boolean inEachForm =
                failure != null && String.valueOf(failure.getMessage()).startsWith("WHOLE (");
        return inEachForm ? failureOf(new Mutant(check, Form.STREAM)) : failure;
    }

    private static @Nullable Throwable failureOf(Mutant mutant) {
        try {
            requireNonNull(of(mutant).get(mutant.check())).execute();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (Throwable e) {
            return e;
        }
    }
}
