package io.keywheel.adapters.llm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.llm.wire.OpenAiWire.Dialect;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCallPart;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTest {

    @Test
    void asks_and_is_answered() {
        try (var server = WireServer.start(exchange -> exchange.json(200, Recorded.GROQ_ANSWER));
                LlmPort groq = OpenAiWire.open(Calls.settings(server.baseUrl()), Dialect.OPENAI)) {
            LlmReply reply = groq.complete(Calls.hello());

            Completion completion =
                    assertInstanceOf(LlmReply.Answered.class, reply).completion();
            assertEquals(
                    Completion.of(
                            new Reply("4", "The user asks…", List.of(), Extras.NONE),
                            FinishReason.STOP,
                            new TokenUsage(84, 47, 131)),
                    completion);
            assertTrue(server.exchanges().getFirst().head().startsWith("POST /chat/completions HTTP/1.1\r\n"));
        }
    }

    @Test
    void streams_pieces_as_they_come() {
        try (var server = WireServer.start(exchange -> exchange.stream(Recorded.GROQ_STREAM));
                LlmPort groq = OpenAiWire.open(Calls.settings(server.baseUrl()), Dialect.OPENAI)) {
            List<Chunk> chunks = new ArrayList<>();

            LlmReply reply = groq.stream(Calls.hello(), chunks::add);

            assertEquals(
                    Completion.streamed(FinishReason.STOP, new TokenUsage(339, 58, 397)),
                    assertInstanceOf(LlmReply.Answered.class, reply).completion());
            assertEquals(
                    List.of(
                            Chunk.reasoning("We"),
                            Chunk.text("Hello"),
                            called(new ToolCallPart(0, "fc_bfb3", "f", "{\"name\":\"example\"}"))),
                    chunks);
        }
    }

    private static Chunk called(ToolCallPart part) {
        return Chunk.of(new Chunk.Delta("", "", List.of(part), Extras.NONE));
    }
}
