package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestingAheadTest {

    private final TestGateway test = new TestGateway();

    @AfterEach
    void close() {
        test.close();
    }

    @ParameterizedTest
    @EnumSource
    void leaves_a_key_alone_that_has_too_few_tokens_left_for_the_like_of_the_request_it_answered(Form form) {
        test.groq.script(GROQ_1, (_, sink) -> {
            sink.accept(Chunk.text("hello"));
            var tokens = new RateLimitStatus.Bucket("tokens", 8000L, 900, Duration.ofSeconds(53));
            var completion = Completion.of(Reply.of("hello"), FinishReason.STOP, null);
            return new LlmReply.Answered(completion, new RateLimitStatus(List.of(tokens)));
        });

        assertEquals(List.of("groq/1", "groq/2", "groq/2"), List.of(ask(form, 1000), ask(form, 1000), ask(form, 1000)));
    }

    private String ask(Form form, long maxTokens) {
        var command = new ChatCommand(
                Conversation.of(Message.user("hello")),
                new Sampling(null, maxTokens, null, List.of(), null, null),
                Extras.NONE,
                new ModelSelector("groq", "m"),
                true);
        return form.ask(test.gateway.chats(), command)
                .serving()
                .target()
                .key()
                .slot()
                .toString();
    }
}
