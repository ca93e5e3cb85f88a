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
    private static final Map<Mutant, Future<@Nullable Throwable>> FAILURES = new ConcurrentHashMap<>();
    private static final Set<String> IN_EACH_FORM = Set.of(
            "sends_the_text_of_every_message",
            "sends_each_text_of_a_message",
            "sends_a_later_system_message",
            "sends_the_role_of_every_message",
            "sends_a_developer_message_never_as_user",
            "sends_the_model_of_the_call",
            "sends_the_key_of_the_call",
            "sends_no_key_to_a_keyless_provider",
            "sends_requests_concurrently",
            "sends_a_request_once",
            "sends_a_refused_request_once",
            "escapes_the_model_id_in_the_request_target",
            "is_cancelled_by_an_interrupt",
            "is_cancelled_by_an_interrupt_that_came_before",
            "leaves_the_thread_interrupted",
            "closes_the_connection_when_interrupted",
            "delivers_text_unchanged",
            "reports_the_usage_of_an_answer",
            "reports_the_finish_reason_of_an_answer",
            "reports_the_limits_of_an_answer",
            "rejects_empty_text_that_ended_by_stop",
            "delivers_a_tool_call",
            "finishes_a_tool_call_with_tool_calls",
            "separates_parallel_tool_calls",
            "keeps_the_ids_of_tool_calls",
            "delivers_text_beside_a_tool_call",
            "keeps_reasoning_apart_from_text",
            "bounds_an_answer_without_end",
            "reuses_the_connection_after_an_answer",
            "ends_a_call_without_time_left");

    static Stream<Mutant> mutants() {
        return of(Mutant.NONE).keySet().stream()
                .flatMap(check -> inEachForm(check)
                        ? Stream.of(Form.values()).map(form -> new Mutant(check, form))
                        : Stream.of(new Mutant(check, null)));
    }

    /// Whether the check asks in each form, so that a mutation of one form suffices.
    private static boolean inEachForm(String check) {
        return check.startsWith("carries_") || IN_EACH_FORM.contains(check);
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
        mutants().forEach(mutant -> FAILURES.put(mutant, THREADS.submit(() -> failureOf(mutant))));
    }

    @AfterAll
    static void stop() {
        THREADS.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void contract_check_fails_for_its_mutant(Mutant mutant) throws Exception {
        Throwable failure = requireNonNull(FAILURES.get(mutant)).get();

        assertNotNull(failure, () -> mutant + " passes");
        assertFalse(failure.getClass().getName().endsWith("TestAbortedException"), "the check is skipped");
    }

    @Test
    void dropped_feature_message_explains_how_to_refuse_the_feature() throws Exception {
        var mutant = new Mutant("carries_a_seed_or_refuses_it", Form.STREAM);

        String message = String.valueOf(requireNonNull(FAILURES.get(mutant)).get());

        assertTrue(message.contains("STREAM"), message);
        assertTrue(message.contains("no words for seed"), message);
        assertTrue(message.contains("capabilities"), message);
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
