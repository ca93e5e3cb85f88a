package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.RequestLimits;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.routing.RateLimitStatus.Bucket;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Small requests pass a waiting large one at a gateway that shares its keys.
@Timeout(120)
class SharedPassingTest {

    private static final long LIMIT = 8000;
    private static final int A_SECOND = 100;

    /// How long the first key takes to hold 3000 tokens, when the large request waits.
    private static final Duration UNTIL_READY = Duration.ofSeconds(10).minusMillis(1);

    private static final RequestLimits PATIENT =
            new RequestLimits(0, Duration.ofMinutes(5), 1000, Duration.ofMinutes(10));

    private final TestTime time = new TestTime();
    private final SharedLog log = new SharedLog();
    private final SharedLog.Port port = log.port();
    private final TestGateway gateway = new TestGateway(PATIENT, 3, time, port);
    private CompletableFuture<Answer> large = new CompletableFuture<>();
    private long number;

    /// The first key is ready for the large request in ten seconds. The others hold one small request each.
    @BeforeEach
    void large_request_waits() {
        gateway.gateway.chats().chat(needing(10));
        gateway.groq.calls().clear();
        left("00000001", 2000);
        left("00000002", 15);
        left("00000003", 15);
        time.pass(Duration.ofMillis(1));

        large = gateway.gateway.chats().chatAsync(needing(3000));
        gateway.awaitWaiting(1);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void passing_request_claims_its_call_without_delaying_the_first() {
        gateway.gateway.chats().chat(needing(10));

        assertEquals(List.of("groq/2"), claims());
        passesTime(UNTIL_READY.minusNanos(1));
        assertFalse(large.isDone());
        passesTime(Duration.ofNanos(1));
        assertEquals("groq/1", slot(large.join()));
    }

    @Test
    void passing_request_with_a_lost_claim_uses_another_key() {
        port.beforeClaim = claim -> {
            port.beforeClaim = _ -> {};
            isFirstWith(claim);
        };

        gateway.gateway.chats().chat(needing(10));

        assertEquals(List.of("groq/2", "groq/3"), claims());
        assertEquals(List.of("groq/3"), gateway.groq.places());
        assertEquals(1, gateway.gateway.status().waiting());
    }

    @Test
    void passing_request_without_a_claim_starts_after_the_first() {
        port.beforeClaim = this::isFirstWith;

        CompletableFuture<Answer> small = gateway.gateway.chats().chatAsync(needing(10));
        gateway.awaitWaiting(2);

        port.beforeClaim = _ -> {};
        passesTime(UNTIL_READY.minusNanos(1));
        gateway.awaitWaiting(2);
        assertEquals(List.of(), gateway.groq.places());
        passesTime(Duration.ofNanos(1));
        assertEquals("groq/1", slot(large.join()));
        small.join();
    }

    private static String slot(Answer answer) {
        return answer.serving().target().key().slot().toString();
    }

    /// The keys of the claims, in the order of the log.
    private List<String> claims() {
        return log.claims().stream()
                .map(claim -> "groq/" + claim.callTarget().fingerprint().substring(7))
                .toList();
    }

    private void passesTime(Duration duration) {
        log.awaitRead();
        time.pass(duration);
    }

    /// Reports the remaining tokens of a key as another gateway.
    private void left(String key, long tokens) {
        var bucket = new Bucket("tokens", LIMIT, tokens, Duration.ofMillis((LIMIT - tokens) * 1000 / A_SECOND), true);
        log.published(new Fact.Ended(
                new Fact.CallId("", number++),
                new Fact.CallTarget(GROQ, key, new ModelId("m")),
                Fact.End.ANSWERED,
                0,
                new RateLimitStatus(List.of(bucket)),
                time.instant()));
    }

    /// Claims a call with the same key as another gateway, and wins.
    private void isFirstWith(Fact.Called claim) {
        log.published(new Fact.Called(
                new Fact.CallId("", number++),
                claim.callTarget(),
                claim.estimatedTokens(),
                true,
                Set.of(),
                claim.begun(),
                claim.probeEnds()));
    }

    /// A chat with `tokens` estimated tokens.
    private static ChatCommand needing(long tokens) {
        return new ChatCommand(
                Conversation.of(Message.user("hi")),
                new Sampling(null, tokens - 5, null, List.of(), null, null),
                Extras.NONE,
                new ModelSelector("groq", "m"),
                true);
    }
}
