package io.keywheel.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
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

/// Every check of the contract fails for an adapter that violates just what it checks. All of them run at once: most
/// wait.
@Timeout(300)
class PlantedFaultsTest {

    private static final ExecutorService THREADS = Executors.newFixedThreadPool(24);
    private static final Map<String, Future<@Nullable Throwable>> FAILURES = new ConcurrentHashMap<>();

    static Stream<String> checks() {
        return of(new Mutant(null)).keySet().stream();
    }

    /// The checks of the contract for an adapter with a fault, and the tables of checks among them, row by row.
    private static Map<String, Executable> of(Mutant mutant) {
        var contract = new Contract(mutant);
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
    void a_check_fails_for_an_adapter_with_its_fault(String check) throws Exception {
        Throwable failure = requireNonNull(FAILURES.get(check)).get();

        assertNotNull(failure, () -> check + " passes");
        assertFalse(failure.getClass().getName().endsWith("TestAbortedException"), "the check is skipped");
    }

    @Test
    void a_dropped_feature_is_named_with_the_way_to_refuse_it() throws Exception {
        Throwable failure =
                requireNonNull(FAILURES.get("carries_a_seed_or_refuses_it")).get();

        String message = String.valueOf(failure);

        assertTrue(message.contains("no words for seed"), message);
        assertTrue(message.contains("capabilities"), message);
    }

    private static @Nullable Throwable failureOf(String check) {
        try {
            requireNonNull(of(new Mutant(check)).get(check)).execute();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (Throwable e) {
            return e;
        }
    }

    private static final class Contract extends LlmPortContract {

        private final Mutant mutant;

        private Contract(Mutant mutant) {
            this.mutant = mutant;
        }

        @Override
        public LlmProvider provider() {
            return new LineProvider(mutant);
        }

        @Override
        public Wire wire() {
            return new LineWire();
        }
    }
}
