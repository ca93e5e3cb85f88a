package io.keywheel.contract;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.AdapterUnderTest.Form;
import io.keywheel.domain.chat.FinishReason;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each check of the contract must pass for a correct adapter of the SDK, and fail for its mutant. They run
/// concurrently, because most of them wait.
@Timeout(300)
class PlantedFaultsTest {

    private static final ExecutorService FEW_THREADS = Executors.newFixedThreadPool(8);
    private static final ExecutorService MANY_THREADS = Executors.newFixedThreadPool(24);
    private static final Map<String, Future<@Nullable Throwable>> OF_THE_CORRECT = new ConcurrentHashMap<>();
    private static final Map<String, Future<@Nullable Throwable>> OF_MUTANTS = new ConcurrentHashMap<>();

    static Set<String> checks() {
        return of(Mutant.NONE).keySet();
    }

    private static LlmPortContract contract(Mutant mutant, FinishReason... reasons) {
        return new LlmPortContract() {
            @Override
            public LlmProvider provider() {
                return new LineProvider(mutant);
            }

            @Override
            public Wire wire() {
                return new LineWire(mutant, List.of(reasons));
            }
        };
    }

    /// The checks of the contract for a mutant, including each row of the check tables.
    private static Map<String, Executable> of(Mutant mutant) {
        var contract = contract(mutant, FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER);
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
    static void run_all() throws InterruptedException {
        checks().forEach(check -> OF_THE_CORRECT.put(check, FEW_THREADS.submit(() -> failureOf(check, Mutant.NONE))));
        // The mutants use all processors, and the timeouts of the correct adapter are short.
        FEW_THREADS.shutdown();
        assertTrue(FEW_THREADS.awaitTermination(2, TimeUnit.MINUTES), "the correct adapter still runs");
        checks().forEach(check -> OF_MUTANTS.put(check, MANY_THREADS.submit(() -> failureOfMutant(check))));
    }

    @AfterAll
    static void stop() {
        FEW_THREADS.shutdownNow();
        MANY_THREADS.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void contract_check_passes_for_a_correct_adapter(String check) throws Throwable {
        Throwable failure = requireNonNull(OF_THE_CORRECT.get(check)).get();
        if (failure != null) {
            throw failure;
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void contract_check_fails_for_its_mutant(String check) throws Exception {
        Throwable failure = requireNonNull(OF_MUTANTS.get(check)).get();
        if (failure == null) {
            // Other mutants may have delayed this one for longer than the check waits for it.
            for (var other : OF_MUTANTS.values()) {
                other.get();
            }
            failure = failureOfMutant(check);
        }

        assertNotNull(failure, () -> "the mutant of " + check + " passes");
        assertFalse(isSkip(failure), "the check is skipped");
    }

    @Test
    void dropped_feature_message_explains_how_to_refuse_the_feature() throws Exception {
        String message = String.valueOf(
                requireNonNull(OF_MUTANTS.get("carries_a_seed_or_refuses_it")).get());

        assertTrue(message.contains("STREAM"), message);
        assertTrue(message.contains("no words for seed"), message);
        assertTrue(message.contains("capabilities"), message);
    }

    @Test
    void wire_without_a_finish_reason_need_not_write_it() {
        var contract = contract(Mutant.NONE, FinishReason.STOP);

        assertTrue(isSkip(assertThrows(RuntimeException.class, contract::accepts_empty_text_that_ended_by_length)));
    }

    /// JUnit's exception is in a library that the testkit does not pass on.
    private static boolean isSkip(Throwable failure) {
        return failure.getClass().getName().endsWith("TestAbortedException");
    }

    /// A check that asks in each form fails in the first one. It must also fail for a mutant in the other one alone.
    private static @Nullable Throwable failureOfMutant(String check) {
        Throwable failure = failureOf(check, new Mutant(check, null));
        // As `assertAll` begins its message.
        boolean inEachForm =
                failure != null && String.valueOf(failure.getMessage()).startsWith("WHOLE (");
        return inEachForm ? failureOf(check, new Mutant(check, Form.STREAM)) : failure;
    }

    private static @Nullable Throwable failureOf(String check, Mutant mutant) {
        try {
            requireNonNull(of(mutant).get(check)).execute();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        } catch (Throwable e) {
            return e;
        }
    }
}
