package io.keywheel.application.service;

import static io.keywheel.application.service.ScriptedPort.limited;
import static io.keywheel.application.service.TestGateway.GROQ_1;
import static io.keywheel.application.service.TestGateway.GROQ_2;
import static io.keywheel.application.service.TestGateway.failure;
import static io.keywheel.application.service.TestGateway.groqs;
import static io.keywheel.application.service.TestGateway.slot;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatException.AllKeysFailedException;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.failover.FailedAttempt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Retries of a waiting request after every key was rate limited.
class AskingAgainTest {

    private static final Duration MAY_WAIT = Duration.ofSeconds(8);
    private static final Duration SHORT = Duration.ofSeconds(2);

    @AutoClose
    private final TestGateway test = new TestGateway(MAY_WAIT, 2);

    @Test
    void waiting_request_retries_the_first_key_whose_limit_ends() throws Exception {
        test.groq.fails(GROQ_1, limited(SHORT.multipliedBy(2)));
        test.groq.fails(GROQ_2, limited(SHORT));
        CompletableFuture<Answer> waits = test.waits(groqs("m"));

        test.pass(SHORT);

        Answer answer = waits.get();
        assertEquals(GROQ_2, slot(answer));
        assertEquals(List.of("groq/1:rate_limited", "groq/2:rate_limited"), trail(answer));
    }

    @Test
    void time_of_attempts_does_not_count_towards_max_wait() throws Exception {
        test.groq.script(GROQ_1, (_, _) -> {
            test.pass(MAY_WAIT);
            return new LlmReply.Failed(limited(SHORT));
        });
        test.groq.fails(GROQ_2, limited(SHORT.multipliedBy(2)));
        CompletableFuture<Answer> waits = test.waits(groqs("m"));

        test.pass(SHORT);

        assertEquals(GROQ_1, slot(waits.get()));
    }

    @Test
    void several_waits_within_max_wait_are_allowed() throws Exception {
        var waits = waitsTwice(SHORT.dividedBy(2));

        test.awaitWaiting(1);
        test.pass(SHORT);

        assertEquals(GROQ_1, slot(waits.get()));
    }

    /// The first wait takes three quarters of the maximum wait.
    private CompletableFuture<Answer> waitsTwice(Duration second) {
        test.groq.fails(GROQ_1, limited(SHORT.multipliedBy(3)), limited(second));
        test.groq.fails(GROQ_2, limited(MAY_WAIT.multipliedBy(2)));
        CompletableFuture<Answer> waits = test.waits(groqs("m"));
        test.pass(SHORT.multipliedBy(3));
        return waits;
    }

    @Test
    void several_waits_beyond_max_wait_end_the_request() {
        var waits = waitsTwice(SHORT.multipliedBy(2));

        assertEquals(3, failure(AllKeysFailedException.class, waits).attempts().size());
    }

    private static List<String> trail(Answer answer) {
        return answer.serving().failedBefore().stream()
                .map(FailedAttempt::toString)
                .toList();
    }
}
