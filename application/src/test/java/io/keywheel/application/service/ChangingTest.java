package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS;
import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.LIMITS;
import static io.keywheel.application.service.TestGateway.anyModel;
import static io.keywheel.application.service.TestGateway.failure;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.keys;
import static io.keywheel.application.service.TestGateway.selecting;
import static io.keywheel.application.service.TestGateway.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.verifyNoInteractions;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.UnknownProviderException;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.domain.chat.TokenEstimate;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelCatalog;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Changes of keys and providers while requests are in progress.
class ChangingTest {

    private static final String FIRST = "00000001";
    private static final String SECOND = "00000002";
    private static final String THIRD = "00000003";

    private final TestGateway test = new TestGateway(Duration.ofMinutes(1), 2);
    private final KeyScheduler keyScheduler = (KeyScheduler) test.gateway.status();
    private final ScriptedPort other = new ScriptedPort();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        mayEnd.countDown();
        test.close();
    }

    /// Starts a request, and returns once Groq's first key is called.
    private CompletableFuture<Answer> underWay() throws InterruptedException {
        CountDownLatch begun = test.groq.holds(GROQ_1, mayEnd);
        CompletableFuture<Answer> answer = test.chatAsync(groqs("m"));
        begun.await();
        return answer;
    }

    @Test
    void request_in_progress_finishes_on_its_original_port() throws Exception {
        var answer = underWay();

        test.becomes(other, SECOND, THIRD);
        mayEnd.countDown();

        assertEquals("groq/1 answers", answer.get().completion().text());
        assertEquals(GROQ_1, slot(answer.get()), "the place that it had");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void replaced_port_is_closed_once_after_its_last_call_or_with_the_gateway(boolean gatewayFirst) throws Exception {
        var answer = underWay();
        test.becomes(other, FIRST);
        assertEquals(0, test.groq.closings());

        if (gatewayFirst) {
            test.gateway.close();
            assertEquals(1, test.groq.closings());
        }
        mayEnd.countDown();
        answer.get();

        assertEquals(1, test.groq.closings());
        test.gateway.close();
        assertEquals(1, test.groq.closings());
        assertEquals(1, other.closings());
    }

    @Test
    void idle_replaced_port_is_closed_immediately_and_a_kept_port_stays_open() {
        test.becomes(other, FIRST);

        assertEquals(1, test.groq.closings());
        assertEquals(0, test.cerebras.closings());
    }

    @Test
    void equal_but_distinct_port_replaces_the_old_one() {
        // Records are equal if their components are.
        test.becomes(LIMITS, Set.of(), Map.of(GROQ, new GuardedPort(GROQ, other, test.events)), keys(GROQ, FIRST));
        test.becomes(LIMITS, Set.of(), Map.of(GROQ, new GuardedPort(GROQ, other, test.events)), keys(GROQ, SECOND));

        assertEquals(1, other.closings(), "the first of the two");
    }

    @Test
    void former_default_model_is_removed_from_the_catalog() {
        var former = new ModelCatalog(
                new LinkedHashMap<>(Map.of(GROQ, new LinkedHashSet<>(List.of(new ModelId("former"))))));
        test.gateway.change(
                new GatewayParts(List.of(keys(GROQ, FIRST)), Map.of(GROQ, test.groq), former, LIMITS, ClientRules.NONE),
                Set.of());
        assertTrue(knows("former"));

        test.becomes(LIMITS, Set.of(), Map.of(GROQ, test.groq), keys(GROQ, FIRST));

        assertTrue(!knows("former") && knows("openai/gpt-oss-20b"));
    }

    /// A request that waits because both keys of Groq are rate limited.
    private CompletableFuture<Answer> waiting() {
        test.limit(GROQ_1, Duration.ofSeconds(50));
        test.limit(GROQ_2, Duration.ofSeconds(50));
        return test.waits(groqs("m"));
    }

    @Test
    void waiting_request_gets_an_added_key() throws Exception {
        var waits = waiting();

        test.becomes(other, FIRST, SECOND, THIRD);

        assertEquals(THIRD, waits.get().servedBy().target().key().fingerprint());
    }

    @Test
    void waiting_request_uses_the_key_that_limited_it_when_its_provider_is_replaced() throws Exception {
        test.groq.fails(GROQ_1, ScriptedPort.limited(Duration.ofSeconds(50)));
        test.groq.fails(GROQ_2, ScriptedPort.limited(Duration.ofSeconds(50)));
        var waits = test.waits(groqs("m"));

        test.becomes(LIMITS, Set.of(GROQ), Map.of(GROQ, other), keys(GROQ, FIRST));

        assertEquals(GROQ_1, slot(waits.get()));
    }

    @Test
    void request_uses_the_key_that_refuses_it_when_its_provider_is_replaced() throws Exception {
        var begun = test.groq.holds(GROQ_1, mayEnd, new Failure.KeyRefused("no"));
        var answer = test.chatAsync(groqs("m"));
        begun.await();
        test.becomes(LIMITS, Set.of(GROQ), Map.of(GROQ, other), keys(GROQ, FIRST));
        mayEnd.countDown();

        assertEquals(GROQ_1, slot(answer.get()));
    }

    @Test
    void waiting_request_fails_when_its_provider_is_removed() {
        var waits = waiting();

        test.becomes(LIMITS, Set.of(), Map.of(CEREBRAS, test.cerebras), keys(CEREBRAS, FIRST));

        failure(AllFailedException.class, waits);
        test.failure(UnknownProviderException.class, selecting("groq", "m"));
    }

    @Test
    void woken_request_selects_another_key_when_its_key_is_removed() {
        QueuedRequest queuedRequest = called();

        test.becomes(other, THIRD);

        assertNull(keyScheduler.takeStep(queuedRequest));
        var attempt = assertInstanceOf(Step.Attempt.class, keyScheduler.takeStep(queuedRequest));
        assertEquals(THIRD, attempt.target().key().fingerprint());
        assertTrue(queuedRequest.portLease().wraps(other));
    }

    @Test
    void woken_request_with_a_kept_key_uses_the_new_port() {
        QueuedRequest queuedRequest = called();

        test.becomes(other, THIRD, FIRST);

        var attempt = assertInstanceOf(Step.Attempt.class, keyScheduler.takeStep(queuedRequest));
        assertEquals(GROQ_2, attempt.target().key().slot());
        assertTrue(queuedRequest.portLease().wraps(other));
    }

    /// A woken request that has not taken its step yet.
    private QueuedRequest called() {
        QueuedRequest request =
                keyScheduler.begin(Route.to(GROQ, new ModelId("m")), anyModel(), TokenEstimate.of(0), false);
        request.proceed(Objects.requireNonNull(keyScheduler.join(request)));
        return request;
    }

    @Test
    void changed_request_limits_apply_to_new_requests() {
        test.becomes(
                new RequestLimits(1, Duration.ZERO, 0, Duration.ofMinutes(1), Duration.ZERO),
                Set.of(),
                Map.of(GROQ, test.groq),
                keys(GROQ, FIRST, SECOND));
        test.groq.fails(GROQ_1, new Failure.EmptyReply("nothing"));

        test.failure(AllFailedException.class, groqs("m"));
        assertEquals(1, test.groq.calls().size());
    }

    @Test
    void listed_models_of_a_replaced_provider_are_dropped() {
        test.gateway.models().refresh();

        test.becomes(LIMITS, Set.of(GROQ), Map.of(GROQ, other), keys(GROQ, FIRST));

        assertEquals(
                List.of(GROQ),
                List.copyOf(test.gateway.models().catalog().models().keySet()));
        assertTrue(!knows("listed-by-groq/1") && knows("openai/gpt-oss-20b"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void late_model_list_of_a_replaced_provider_is_ignored(boolean listed) throws Exception {
        test.cerebras.lists(CEREBRAS_1, new ModelsReply.Listed(List.of()));
        var begun = new CountDownLatch(1);
        test.groq.lists(GROQ_1, () -> {
            begun.countDown();
            ScriptedPort.await(mayEnd);
            return listed
                    ? new ModelsReply.Listed(List.of(new ModelId("late")))
                    : new ModelsReply.Failed(ScriptedPort.HUNG_UP);
        });
        var refresh = CompletableFuture.runAsync(test.gateway.models()::refresh, test.threads);
        begun.await();

        test.becomes(LIMITS, Set.of(GROQ), Map.of(GROQ, other), keys(GROQ, FIRST));
        mayEnd.countDown();
        refresh.get();

        assertTrue(!knows("late"));
        verifyNoInteractions(test.events);
        assertEquals(1, test.groq.closings());
    }

    private boolean knows(String model) {
        return test.gateway.models().catalog().models().values().stream()
                .anyMatch(models -> models.contains(new ModelId(model)));
    }

    @Test
    void no_request_fails_during_100_reloads() {
        var over = new AtomicBoolean();
        List<CompletableFuture<Integer>> clients = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> askUntil(over), test.threads))
                .toList();

        var ports = IntStream.range(0, 100).mapToObj(_ -> new ScriptedPort()).toList();
        for (int i = 0; i < ports.size(); i++) {
            test.becomes(ports.get(i), i % 2 == 0 ? new String[] {SECOND, THIRD} : new String[] {THIRD, FIRST, SECOND});
        }
        over.set(true);

        assertTrue(clients.stream().allMatch(client -> client.join() > 0));
        assertTrue(ports.subList(0, ports.size() - 1).stream().allMatch(port -> port.closings() == 1));
        assertEquals(0, ports.getLast().closings());
    }

    /// Returns the number of answers.
    private int askUntil(AtomicBoolean over) {
        int answers = 0;
        while (!over.get() || answers == 0) {
            Answer answer = test.chat(anyModel());
            String asked = slot(answer) + " answers";
            assertEquals(asked, answer.completion().text(), "the port knew the key by the same place");
            answers++;
        }
        return answers;
    }
}
