package io.keywheel.application.port.in;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import org.junit.jupiter.api.Test;

class ChatCommandTest {

    /// Otherwise, it would seem to be a failure of every provider.
    @Test
    @SuppressWarnings("NullAway") // as a program without such a check does
    void command_without_extras_throws() {
        var conversation = Conversation.of(Message.user("Hello"));

        assertThrows(
                NullPointerException.class,
                () -> new ChatCommand(conversation, Sampling.DEFAULT, null, ModelSelector.ANY, true));
    }
}
