package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.groqs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatException.AllFailedException;
import io.keywheel.application.port.in.ChatException.ChatCancelledException;
import io.keywheel.application.port.in.ChatException.DeadlineExceededException;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Gateways that share keys and a log of facts.
class SharedGatewaysTest {

    private static final Duration TEN = Duration.ofSeconds(10);
    private static final ChatCommand COMMAND = groqs("m");
    private static final RequestLimits LONG_TIMEOUTS =
            new RequestLimits(0, Duration.ofMinutes(5), 1, Duration.ofMinutes(10), Duration.ZERO);

    private final TestTime time = new TestTime();
    private final SharedLog log = new SharedLog();
    private final List<TestGateway> gateways = new ArrayList<>();
    private final SharedLog.Port port = log.port();
    private final TestGateway first = gateway(port);
    private final TestGateway second = gateway(log.port());

    /// A gateway that has used the model before.
    private TestGateway gateway(SharedState port) {
        var gateway = new TestGateway(LONG_TIMEOUTS, 1, time, port);
        gateway.chat(COMMAND);
        gateway.groq.calls().clear();
        gateways.add(gateway);
        return gateway;
    }

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    @Test
    void key_limited_at_one_gateway_makes_requests_at_another_wait() {
        limited();

        CompletableFuture<Answer> answer = second.waits(COMMAND);
        assertEquals(List.of(), second.groq.places());
        pass(TEN);

        answer.join();
        assertEquals(List.of("groq/1"), second.groq.places());
    }

    @Test
    void recovery_at_one_gateway_wakes_waiting_requests_at_another() {
        limited();
        CompletableFuture<Answer> waiting = second.waits(COMMAND);

        log.published(answered(first.time.instant()));

        waiting.join();
    }

    @Test
    void cooldown_is_published_again_for_a_store_that_lost_it() {
        limited();
        List<Fact> before = List.copyOf(log.facts);

        port.repetition.run();

        assertEquals(before.getFirst(), log.facts.getLast());
    }

    @Test
    void calls_and_their_ends_are_published_with_the_remaining_quota() {
        first.groq.script(GROQ_1, (_, _) -> answer(5), (_, _) -> answer(4));
        first.groq.fails(GROQ_1, new Failure.EmptyReply("no"));

        first.chat(COMMAND);
        first.chat(COMMAND);
        first.failure(AllFailedException.class, COMMAND);

        assertEquals(
                List.of("Ended", "Called", "Ended", "Called", "Ended"),
                log.facts.stream().map(fact -> fact.getClass().getSimpleName()).toList());
        var answered = (Fact.Ended) log.facts.get(2);
        assertEquals(Fact.End.ANSWERED, answered.end());
        assertEquals(((Fact.Called) log.facts.get(1)).id(), answered.id());
        assertEquals(4, answered.rateLimitStatus().buckets().getFirst().remaining());
        assertEquals(Fact.End.FAILED, ((Fact.Ended) log.facts.getLast()).end());
    }

    @Test
    void facts_are_published_while_the_scheduler_lock_is_held() {
        var others = new CopyOnWriteArrayList<Thread.State>();
        port.beforePublish = () -> {
            Thread other =
                    Thread.ofPlatform().start(() -> first.gateway.status().waiting());
            while (other.isAlive() && other.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            others.add(other.getState());
        };

        limited();

        assertEquals(Set.of(Thread.State.WAITING), Set.copyOf(others));
    }

    @Test
    void probe_is_claimed_before_its_call() {
        probeIsDue();

        second.chat(COMMAND);

        assertEquals(
                List.of(Set.of(Scope.Kind.GROUP_MODEL)),
                log.claims().stream().map(Fact.Called::probes).toList());
        assertEquals(1, log.facts(Fact.Answered.class).size());
        log.awaitRead();
        first.chat(COMMAND);
        assertEquals(Set.of(), log.claims().getLast().probes(), "the limit is over for both");
    }

    @Test
    void request_with_a_lost_claim_waits_for_the_probe_of_the_other_gateway() {
        probeIsDue();
        port.beforeClaim = claim -> log.published(probe(claim));

        CompletableFuture<Answer> waiting = first.waits(COMMAND);
        assertEquals(1, first.groq.places().size(), "only the call that was limited");
        assertEquals(Fact.End.WITHDRAWN, ((Fact.Ended) log.facts.getLast()).end());
        log.published(answered(first.time.instant()));
        var call = log.claims().getFirst().id();
        log.published(
                new Fact.Ended(call, callTarget(), Fact.End.ANSWERED, 0, RateLimitStatus.UNKNOWN, time.instant()));

        waiting.join();
        assertEquals(2, first.groq.places().size());
    }

    @Test
    void request_with_a_lost_claim_waits_again_even_if_the_queue_is_full() {
        probeIsDue();
        port.beforeClaim = claim -> {
            log.published(probe(claim));
            var _ = first.waits(COMMAND);
        };

        var _ = first.chatAsync(COMMAND);

        first.awaitWaiting(2);
    }

    @Test
    void request_without_the_store_proceeds_unclaimed() {
        probeIsDue();
        port.isAway = true;
        // The store is back before the call is published.
        port.beforePublish = () -> port.isAway = false;

        first.chat(COMMAND);

        assertFalse(
                log.facts(Fact.Called.class).getFirst().claimed(),
                "others are told of it, which was too late for a claim");
    }

    @Test
    void request_cancelled_during_its_claim_withdraws_the_probe() {
        probeIsDue();
        var waiting = new AtomicReference<CompletableFuture<Answer>>();
        port.beforeClaim = _ -> {
            waiting.set(first.chatAsync(COMMAND));
            first.awaitWaiting(1);
            throw new InterruptedException();
        };
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        first.threads.execute(() -> {
            first.failure(ChatCancelledException.class, COMMAND);
            interrupted.complete(Thread.interrupted());
        });
        assertTrue(interrupted.join());

        waiting.get().join();
        assertTrue(log.facts(Fact.Ended.class).stream().anyMatch(ended -> ended.end() == Fact.End.WITHDRAWN));
        log.awaitRead();
        second.chat(COMMAND);
    }

    @Test
    void deadline_during_a_claim_prevents_the_call() {
        probeIsDue();
        port.beforeClaim = _ -> first.pass(Duration.ofHours(1));

        first.failure(DeadlineExceededException.class, COMMAND);

        assertEquals(1, first.groq.places().size());
    }

    @Test
    void client_usage_at_one_gateway_counts_at_another() {
        limit(first, ClientLimit.REQUESTS_PER_MINUTE, 1);
        limit(second, ClientLimit.REQUESTS_PER_MINUTE, 1);
        Instant begun = time.instant();
        first.groq.script(GROQ_1, (_, _) -> {
            time.pass(Duration.ofSeconds(1));
            return answer(5);
        });
        first.chat(COMMAND);
        log.awaitRead();

        second.failure(ClientRefusedException.class, COMMAND);
        List<Fact.ClientUsed> used = log.facts(Fact.ClientUsed.class);
        assertEquals(
                List.of(1L, 0L), used.stream().map(Fact.ClientUsed::requests).toList());
        assertTrue(used.getFirst().tokens() > 0, "what was reserved");
        assertEquals(
                List.of(begun, begun), used.stream().map(Fact.ClientUsed::at).toList(), "what was not used comes back");
    }

    @Test
    void usage_facts_of_at_most_10_000_clients_are_kept() {
        limit(first, ClientLimit.REQUESTS_PER_MINUTE, 2);
        List<Fact> once = IntStream.rangeClosed(0, 10_000)
                .mapToObj(i -> used("client-" + i))
                .toList();
        log.published(once);
        log.published(List.of(used("client-0"), used("client-10000"), used("client-10000")));

        first.failure(ClientRefusedException.class, COMMAND.withClient("client-0"));
        first.chat(COMMAND.withClient("client-9999"));
        first.failure(ClientRefusedException.class, COMMAND.withClient("client-9999"));
        first.chat(COMMAND.withClient("client-10000"));
    }

    @Test
    void shared_usage_older_than_a_minute_does_not_count() {
        limit(first, ClientLimit.REQUESTS_PER_MINUTE, 1);
        log.published(new Fact.ClientUsed("anonymous", 1, 1, time.instant().minusSeconds(61)));

        first.chat(COMMAND);
    }

    @Test
    void answer_using_exactly_its_reservation_publishes_one_usage_fact() {
        limit(first, ClientLimit.TOKENS_PER_MINUTE, 10_000);
        first.chat(COMMAND);
        long reserved = ((Fact.ClientUsed) log.facts.getFirst()).tokens();
        log.facts.clear();
        first.groq.script(GROQ_2, (_, _) -> ScriptedPort.answered("hello", new TokenUsage(reserved, 0, reserved)));

        first.chat(COMMAND);

        assertEquals(List.of(new Fact.ClientUsed("anonymous", 1, reserved, time.instant())), log.facts);
    }

    private static void limit(TestGateway gateway, ClientLimit limit, long most) {
        gateway.rules(new ClientRules(Map.of(), new ClientRule(Map.of(limit, most), List.of(), false)));
    }

    private Fact used(String client) {
        return new Fact.ClientUsed(client, 1, 1, time.instant());
    }

    @Test
    void status_shows_the_store_connection() {
        assertEquals(Optional.of(true), first.gateway.status().isStoreConnected());
        port.isAway = true;
        assertEquals(Optional.of(false), first.gateway.status().isStoreConnected());
        try (var alone = new TestGateway()) {
            assertEquals(Optional.empty(), alone.gateway.status().isStoreConnected());
        }
    }

    @Test
    void usage_of_an_unlimited_client_is_not_shared() {
        log.published(new Fact.ClientUsed("anonymous", 1, 1, Instant.MAX));
        first.chat(COMMAND);

        assertEquals(List.of(), log.facts(Fact.ClientUsed.class));
    }

    /// Rate limits Groq's only key at the first gateway for ten seconds. All gateways read the fact.
    private void limited() {
        pass(Duration.ofMillis(1));
        first.limit(GROQ_1, TEN);
        log.awaitRead();
    }

    /// The limit is over, so that the next request probes the key.
    private void probeIsDue() {
        limited();
        pass(TEN);
    }

    private void pass(Duration time) {
        log.awaitRead();
        this.time.pass(time);
    }

    private static Fact.CallTarget callTarget() {
        return new Fact.CallTarget(GROQ, "00000001", new ModelId("m"));
    }

    private static Fact answered(Instant begun) {
        return new Fact.Answered(callTarget(), Set.of(Scope.Kind.GROUP_MODEL), begun);
    }

    /// The same claim by another gateway.
    private static Fact probe(Fact.Called claim) {
        return new Fact.Called(
                claim.id(), claim.callTarget(), 0, true, claim.probes(), claim.begun(), claim.probeEnds());
    }

    private static LlmReply answer(int left) {
        return new LlmReply.Answered(
                Completion.of(Content.of("hello"), FinishReason.STOP, new TokenUsage(1, 1, 2)),
                new RateLimitStatus(List.of(new RateLimitStatus.Bucket("requests", left + 1L, left, TEN, true))));
    }
}
