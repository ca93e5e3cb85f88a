package io.keywheel.adapters.http.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.adapters.http.TestServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Answers with reasoning for a client that disables thinking.
class DisabledThinkingTest {

    private static final String DISABLED = "{\"thinking\":{\"type\":\"disabled\"},";

    @AutoClose
    private static final TestServer testServer = new TestServer();

    @Test
    void message_has_no_thinking_block() {
        var content = new Content("Hi", "hm", List.of(), Extras.NONE);
        var choice = new Choice(0, content, FinishReason.STOP, Extras.NONE);
        testServer.chats.answer(new Completion(List.of(choice), null, Extras.NONE));

        var response = testServer.post(Messages.PATH, DISABLED + Messages.HELLO.substring(1));

        assertEquals(
                TestServer.json("[{'type':'text','text':'Hi'}]".replace('\'', '"')),
                response.json().path("content"));
    }

    @Test
    void stream_has_no_thinking_block() {
        testServer.chats.stream(FinishReason.STOP, null, List.of(Chunk.reasoning("hm"), Chunk.text("Hi")));

        var response = testServer.post(Messages.PATH, DISABLED + Messages.STREAM.substring(1));

        assertEquals(
                "message_start | start 0 text | delta 0 Hi | stop 0 | message_delta end_turn | message_stop",
                Messages.inShort(response.events()));
    }
}
