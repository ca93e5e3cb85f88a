package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.CEREBRAS_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.verify;

import io.keywheel.application.port.in.AllKeysFailedException;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.status.PoolEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The first request to a key whose rest is over.
@Timeout(10)
class TrialsTest {

    private static final ChatCommand CEREBRAS = TestGateway.selecting("cerebras", null);
    private static final PoolEvent RECOVERED = new PoolEvent.Recovered(
            new Scope.OfGroupModel(new QuotaGroup(TestGateway.CEREBRAS, "org-1"), new ModelId("gpt-oss-120b")));

    private final TestGateway test = new TestGateway();
    private final ChatUseCase chats = test.gateway.chats();

    @BeforeEach
    void rest() {
        test.cerebras.fails(
                CEREBRAS_1, new Failure.RateLimited("limited", Duration.ofSeconds(5), RateLimitStatus.UNKNOWN));
        assertThrows(RuntimeException.class, () -> chats.chat(CEREBRAS));
        test.pass(Duration.ofSeconds(5));
        clearInvocations(test.events);
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void an_answer_tells_that_the_key_works_again() {
        chats.chat(CEREBRAS);

        verify(test.events).changed(RECOVERED);
    }

    @Test
    void the_first_content_of_a_stream_tells_it_before_the_last() {
        chats.chatStream(CEREBRAS, _ -> verify(test.events).changed(RECOVERED));
    }

    @Test
    void an_adapter_with_a_bug_leaves_the_probe_to_the_next_request() {
        test.cerebras.script(CEREBRAS_1, (_, _) -> {
            throw new IllegalStateException("a bug");
        });
        assertThrows(AllKeysFailedException.class, () -> chats.chat(CEREBRAS));

        Answer answer = chats.chat(CEREBRAS);

        assertEquals(CEREBRAS_1, answer.serving().target().key().slot());
    }
}
